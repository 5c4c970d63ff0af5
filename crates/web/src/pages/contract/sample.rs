//! The contract page in each of its situations.

use super::{
    Acts, Bounce, ContractPage, Delivery, DocumentLink, Kept, OpenField, Situation, Viewer, ViewerDocument,
};
use crate::pages::sample::{Sample, at, now, today};
use crate::text::Text;
use crate::view::{
    AppFrame, ContractBadge, DeliveryState, Due, Grade, MailKind, PartyLine, PartyNote, Permission, Section,
    SlotState, StageView, TimelineEntry, TimelineKind,
};

impl Sample for ContractPage {
    const NAME: &'static str = "contract";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        vec![
            ("", open(t)),
            ("sending", sending(t)),
            ("sending-held", held(t)),
            ("concluding", concluding(t)),
            ("concluded", concluded(t)),
            (
                "declined",
                ended(
                    t,
                    ContractBadge::Declined,
                    Situation::Declined {
                        name: "佐伯 真由美".into(),
                        reason: "第5条の期間を3年にしてください。".into(),
                    },
                ),
            ),
            (
                "withdrawn",
                ended(
                    t,
                    ContractBadge::Withdrawn,
                    Situation::Withdrawn {
                        name: "髙橋 誠".into(),
                        reason: "金額の誤りがありました。".into(),
                    },
                ),
            ),
            (
                "expired",
                ended(
                    t,
                    ContractBadge::Expired,
                    Situation::Expired {
                        day: jiff::civil::date(2026, 11, 20),
                    },
                ),
            ),
        ]
    }
}

fn party(
    index: usize,
    name: &str,
    organization: &str,
    title: &str,
    email: &str,
    state: SlotState,
    note: PartyNote,
) -> PartyLine {
    PartyLine {
        id: format!("pty_{index}"),
        index,
        name: name.into(),
        organization: organization.into(),
        title: title.into(),
        email: email.into(),
        own: index == 0,
        grade: Grade::Mail,
        state,
        note,
        fields: 0,
    }
}

fn stages(second: (SlotState, PartyNote), own: (SlotState, PartyNote), now: usize) -> Vec<StageView> {
    vec![
        StageView {
            number: 1,
            now: now == 1,
            parties: vec![
                party(
                    1,
                    "森下 航",
                    "株式会社つばめ運輸",
                    "代表取締役",
                    "morishita@tsubame.example",
                    SlotState::Done,
                    PartyNote::Signed { at: at(21, 16, 8) },
                ),
                party(
                    2,
                    "佐伯 真由美",
                    "青葉倉庫株式会社",
                    "業務部長",
                    "saeki@aoba-soko.example",
                    second.0,
                    second.1,
                ),
            ],
        },
        StageView {
            number: 2,
            now: now == 2,
            parties: vec![party(
                0,
                "𠮷野 咲",
                "株式会社みなと製作所",
                "代表取締役",
                "yoshino@minato.example",
                own.0,
                own.1,
            )],
        },
    ]
}

fn entry(
    kind: TimelineKind,
    at: Option<jiff::Timestamp>,
    title: impl Into<String>,
    note: impl Into<String>,
) -> TimelineEntry {
    TimelineEntry {
        kind,
        at,
        title: title.into(),
        note: note.into(),
    }
}

fn history(t: &'static Text) -> Vec<TimelineEntry> {
    use TimelineKind::{Machine, Will};
    vec![
        entry(
            Will,
            Some(at(21, 16, 8)),
            t.event_signed("森下 航"),
            t.event_signed_note(t.grade_mail(), t.pages_count(4)),
        ),
        entry(Machine, Some(at(21, 16, 2)), t.event_opened("森下 航"), ""),
        entry(
            Machine,
            Some(at(20, 15, 56)),
            t.event_delivered("森下 航"),
            "morishita@tsubame.example",
        ),
        entry(
            Machine,
            Some(at(20, 15, 56)),
            t.event_delivered("佐伯 真由美"),
            "saeki@aoba-soko.example",
        ),
        entry(Will, Some(at(20, 15, 55)), t.event_sent("髙橋 誠"), ""),
        entry(Machine, Some(at(20, 9, 2)), t.event_created("髙橋 誠"), ""),
    ]
}

#[expect(clippy::too_many_lines, reason = "a list of samples")]
fn open(t: &'static Text) -> ContractPage {
    let mut timeline = vec![
        entry(
            TimelineKind::Awaited,
            None,
            t.event_awaiting("佐伯 真由美"),
            t.event_awaiting_due(t.date(&jiff::civil::date(2026, 11, 30))),
        ),
        entry(
            TimelineKind::Failure,
            Some(at(24, 14, 7)),
            t.event_refused("佐伯 真由美"),
            "550 5.1.1 User unknown",
        ),
        entry(
            TimelineKind::Will,
            Some(at(24, 14, 6)),
            t.event_reminded("髙橋 誠", "佐伯 真由美"),
            "",
        ),
    ];
    timeline.extend(history(t));
    let delivery = |name: &str, email: &str, kind, state, at| Delivery {
        name: name.into(),
        email: email.into(),
        kind,
        state,
        at,
    };
    ContractPage {
        t,
        frame: AppFrame::sample(t, Section::Contracts),
        now: now(),
        id: "ctr_01K9H3".into(),
        printed_id: "7dfd11d5a0b44c1e9c2f6b1a2d3e4f50".into(),
        title: "物流業務委託基本契約書".into(),
        badge: ContractBadge::Open,
        trial: false,
        situation: Situation::Open,
        bounces: vec![Bounce {
            party_id: "pty_2".into(),
            name: "佐伯 真由美".into(),
            answer: "550 5.1.1 User unknown".into(),
        }],
        reference: "KY-2026-0412".into(),
        counterparties: vec!["株式会社つばめ運輸".into(), "青葉倉庫株式会社".into()],
        amount: Some(4_860_000),
        agreed_on: Some(jiff::civil::date(2026, 12, 1)),
        deadline: Some(Due {
            day: jiff::civil::date(2026, 11, 30),
            today: today(),
        }),
        owner: "髙橋 誠".into(),
        level: "PAdES B-LTA".into(),
        kept: None,
        keeping_trouble: String::new(),
        stages: stages(
            (SlotState::Now, PartyNote::Undelivered),
            (SlotState::Waiting, PartyNote::After { stage: 1 }),
            1,
        ),
        timeline,
        deliveries: vec![
            delivery(
                "佐伯 真由美",
                "saeki@aoba-soko.example",
                MailKind::Reminder,
                DeliveryState::Refused {
                    answer: "550 5.1.1 User unknown".into(),
                },
                at(24, 14, 7),
            ),
            delivery(
                "監査室",
                "audit@minato.example",
                MailKind::Request,
                DeliveryState::Retrying {
                    answer: "451 Try again later".into(),
                    next: at(24, 15, 40),
                },
                at(24, 14, 7),
            ),
            delivery(
                "森下 航",
                "morishita@tsubame.example",
                MailKind::Request,
                DeliveryState::Accepted,
                at(20, 15, 56),
            ),
            delivery(
                "佐伯 真由美",
                "saeki@aoba-soko.example",
                MailKind::Request,
                DeliveryState::Queued,
                at(20, 15, 55),
            ),
        ],
        viewer: viewer(3, true),
        downloads: vec![DocumentLink {
            name: "物流業務委託基本契約書".into(),
            href: "/contracts/ctr_01K9H3/documents/doc_01K9H3/download".into(),
            bytes: 188_000,
            sha256: String::new(),
        }],
        acts: Acts {
            remind: Permission::ALLOWED,
            withdraw: Permission::ALLOWED,
            evidence: Permission::refused(t.contract_refused_evidence()),
            correct_address: Permission::ALLOWED,
            retry: Permission::refused(t.contract_refused_not_open()),
        },
    }
}

fn viewer(page: usize, open: bool) -> Viewer {
    let field = |index, label: &str, x, y, width, height| OpenField {
        index,
        label: label.into(),
        x,
        y,
        width,
        height,
    };
    let open_fields = vec![
        field(0, "甲の印影", 440.0, 186.0, 64.0, 64.0),
        field(0, "甲の氏名", 166.0, 224.0, 150.0, 18.0),
        field(2, "丙の手書き", 410.0, 430.0, 100.0, 44.0),
        field(2, "丙の氏名", 166.0, 464.0, 150.0, 18.0),
        field(2, "丙の確認欄", 404.0, 572.0, 18.0, 18.0),
    ];
    Viewer {
        documents: vec![
            ViewerDocument {
                id: "doc_01K9H3".into(),
                name: "物流業務委託基本契約書".into(),
                pages: 3,
            },
            ViewerDocument {
                id: "doc_01K9H4".into(),
                name: "別紙1 委託料の内訳".into(),
                pages: 1,
            },
        ],
        document: 0,
        page,
        width: 595.0,
        height: 842.0,
        open_fields: if open { open_fields } else { Vec::new() },
        version: "3".into(),
    }
}

fn sending(t: &'static Text) -> ContractPage {
    let waiting = |stage| PartyNote::After { stage };
    let mut page = ContractPage {
        badge: ContractBadge::Sending,
        situation: Situation::Sending,
        bounces: Vec::new(),
        stages: stages(
            (SlotState::Waiting, PartyNote::NotOpened),
            (SlotState::Waiting, waiting(1)),
            0,
        ),
        timeline: vec![
            entry(
                TimelineKind::Will,
                Some(at(24, 15, 31)),
                t.event_sent("髙橋 誠"),
                "",
            ),
            entry(
                TimelineKind::Machine,
                Some(at(20, 9, 2)),
                t.event_created("髙橋 誠"),
                "",
            ),
        ],
        deliveries: Vec::new(),
        ..open(t)
    };
    if let Some(first) = page.stages.first_mut().and_then(|s| s.parties.first_mut()) {
        first.state = SlotState::Waiting;
        first.note = PartyNote::None;
    }
    page.acts.remind = Permission::refused(t.contract_refused_nobody());
    page.frame = AppFrame::sample_trial(t, Section::Contracts);
    page.trial = true;
    page
}

fn held(t: &'static Text) -> ContractPage {
    let mut page = sending(t);
    page.situation = Situation::Held {
        reason: t.event_tsa_silent().into(),
        next: at(24, 15, 40),
        sending: true,
    };
    page
}

fn concluding(t: &'static Text) -> ContractPage {
    let mut page = ContractPage {
        badge: ContractBadge::Concluding,
        situation: Situation::Concluding {
            attempt: 2,
            reason: t.event_tsa_silent().into(),
            next: Some(at(24, 15, 40)),
        },
        bounces: Vec::new(),
        deadline: None,
        stages: stages(
            (SlotState::Done, PartyNote::Signed { at: at(24, 13, 51) }),
            (SlotState::Done, PartyNote::Accepted { at: at(24, 15, 18) }),
            0,
        ),
        viewer: viewer(3, false),
        ..open(t)
    };
    page.timeline = vec![
        entry(
            TimelineKind::Failure,
            Some(at(24, 15, 30)),
            t.event_tsa_silent(),
            t.event_retry_at(t.clock(&at(24, 15, 40))),
        ),
        entry(
            TimelineKind::Will,
            Some(at(24, 15, 18)),
            t.event_agreed("𠮷野 咲"),
            "",
        ),
    ];
    page.timeline.extend(history(t));
    page.deliveries.truncate(0);
    page.acts = Acts {
        remind: Permission::refused(t.contract_refused_nobody()),
        withdraw: Permission::refused(t.contract_refused_not_open()),
        evidence: Permission::refused(t.contract_refused_evidence()),
        correct_address: Permission::refused(t.contract_refused_nobody()),
        retry: Permission::ALLOWED,
    };
    page
}

fn concluded(t: &'static Text) -> ContractPage {
    let mut page = concluding(t);
    page.badge = ContractBadge::Concluded;
    page.kept = Some(Kept {
        signatures: 4,
        judged_at: at(25, 13, 3),
        archived_at: at(25, 13, 3),
        stamped_by: "CN=時刻認証サービス見本局, C=JP".into(),
        accredited: true,
        renew_on: jiff::civil::date(2035, 11, 25),
        renewals: 1,
    });
    page.situation = Situation::Concluded {
        at: at(24, 15, 41),
        signers: 3,
    };
    page.stages = stages(
        (SlotState::Done, PartyNote::Signed { at: at(24, 13, 51) }),
        (SlotState::Done, PartyNote::Signed { at: at(24, 15, 18) }),
        0,
    );
    page.timeline.insert(
        0,
        entry(
            TimelineKind::Machine,
            Some(at(24, 15, 41)),
            t.event_concluded(),
            t.event_concluded_note("PAdES B-LTA"),
        ),
    );
    page.downloads = page
        .downloads
        .into_iter()
        .map(|d| DocumentLink {
            sha256: "3b1f9c02".repeat(8),
            bytes: 432_118,
            ..d
        })
        .collect();
    page.acts.evidence = Permission::ALLOWED;
    page.acts.withdraw = Permission::refused(t.contract_refused_concluded());
    page.acts.retry = Permission::refused(t.contract_refused_concluded());
    page
}

fn ended(t: &'static Text, badge: ContractBadge, situation: Situation) -> ContractPage {
    let declined = matches!(badge, ContractBadge::Declined);
    let second = if declined {
        (SlotState::Refused, PartyNote::Declined { at: at(22, 11, 40) })
    } else {
        (SlotState::Waiting, PartyNote::Opened { at: at(21, 9, 12) })
    };
    let mut page = ContractPage {
        badge,
        situation,
        bounces: Vec::new(),
        deadline: None,
        stages: stages(second, (SlotState::Waiting, PartyNote::None), 0),
        ..open(t)
    };
    page.timeline.drain(..3);
    let ending = match badge {
        ContractBadge::Declined => entry(
            TimelineKind::Will,
            Some(at(22, 11, 40)),
            t.event_declined("佐伯 真由美"),
            "",
        ),
        ContractBadge::Withdrawn => entry(
            TimelineKind::Will,
            Some(at(23, 9, 12)),
            t.event_withdrawn("髙橋 誠"),
            "",
        ),
        _ => entry(TimelineKind::Machine, Some(at(21, 0, 0)), t.event_expired(), ""),
    };
    page.timeline.insert(0, ending);
    page.acts = Acts {
        remind: Permission::refused(t.contract_refused_not_open()),
        withdraw: Permission::refused(t.contract_refused_not_open()),
        evidence: Permission::refused(t.contract_refused_evidence()),
        correct_address: Permission::refused(t.contract_refused_not_owner()),
        retry: Permission::refused(t.contract_refused_not_open()),
    };
    page
}
