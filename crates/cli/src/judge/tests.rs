//! The bounds, with programs in the place of the judge that are hostile without doubt. The judge itself is started by
//! the tests of the service.

use std::time::Instant;

use akashi_app::domain::Language;
use akashi_app::trust::TrustedAuthorities;

use super::*;

fn order() -> JudgeOrder {
    let at = "2026-11-23T00:00:00Z".parse().unwrap();
    JudgeOrder::new(&TrustedAuthorities::default(), at, Language::Ja)
}

fn judge(script: &str, limit: Duration, parallel: usize) -> Arc<JudgeProcess> {
    Arc::new(JudgeProcess::new(Settings {
        program: PathBuf::from("/bin/sh"),
        arguments: vec!["-c".to_owned(), script.to_owned()],
        limit,
        memory_bytes: 1 << 30,
        parallel,
    }))
}

#[tokio::test]
async fn who_takes_too_long_is_ended() {
    let began = Instant::now();
    let limit = Duration::from_millis(300);
    let result = judge("sleep 600", limit, 1)
        .judge(Bytes::from_static(b"x"), order())
        .await;
    assert!(matches!(result, Err(JudgeFailure::TooSlow { .. })), "{result:?}");
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn who_answers_without_end_is_ended() {
    let limit = Duration::from_secs(20);
    let result = judge("yes", limit, 1)
        .judge(Bytes::from_static(b"x"), order())
        .await;
    // The pipe closes after the largest answer, and the process dies of it.
    assert!(matches!(result, Err(JudgeFailure::TooHeavy)), "{result:?}");
}

#[tokio::test]
async fn who_dies_is_no_judge_and_no_danger() {
    let limit = Duration::from_secs(20);
    for script in ["kill -9 $$", "exit 101", "cat >/dev/null; exit 1"] {
        let file = Bytes::from(vec![0_u8; 4 << 20]);
        let result = judge(script, limit, 1).judge(file, order()).await;
        assert!(
            matches!(result, Err(JudgeFailure::TooHeavy)),
            "{script}: {result:?}"
        );
    }
    let result = judge("cat >/dev/null; echo nonsense", limit, 1)
        .judge(Bytes::new(), order())
        .await;
    assert!(matches!(result, Err(JudgeFailure::Unavailable(_))), "{result:?}");
}

#[tokio::test]
async fn a_flood_is_sent_away_and_what_comes_later_is_judged() {
    let judge = judge("sleep 600", Duration::from_millis(400), 1);
    let flood = (0..20).map(|_| {
        let judge = Arc::clone(&judge);
        tokio::spawn(async move { judge.judge(Bytes::new(), order()).await })
    });
    let flood: Vec<_> = flood.collect();
    let began = Instant::now();
    let (mut busy, mut slow) = (0, 0);
    for one in flood {
        match one.await.unwrap() {
            Err(JudgeFailure::Busy) => busy += 1,
            Err(JudgeFailure::TooSlow { .. }) => slow += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(busy >= 15 && slow >= 1, "{busy} busy, {slow} slow");
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(judge.free.available_permits(), 1);
    assert_eq!(judge.waiting.load(Ordering::SeqCst), 0);
}
