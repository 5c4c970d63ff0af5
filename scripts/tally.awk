# Adds up the summaries that test runners print: "PASSED FAILED".
# Every pattern is the runner's own closing line, so nothing counts twice.

# cargo test, doc tests:  test result: ok. 5 passed; 0 failed; …
/^test result: / { passed += before("passed"); failed += before("failed") }

# cargo nextest:  Summary [ 1.2s] 9 tests run: 8 passed (1 slow), 1 failed, 2 skipped
/^ *Summary \[/ { passed += before("passed"); failed += before("failed") + before("timed") }

# node --test:  # pass 5  (tap)  or  ℹ pass 5  (spec)
/^(#|ℹ) pass [0-9]+$/ { passed += $3 }
/^(#|ℹ) fail [0-9]+$/ { failed += $3 }

# the judges and our own scripts:  5 passed, 0 failed
/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3 }

END { print passed + 0, failed + 0 }

# The number right before a word of this line, 0 when the word is not there.
function before(word,   at) {
  for (at = 2; at <= NF; at++) if ($at ~ "^" word && $(at - 1) ~ /^[0-9]+$/) return $(at - 1)
  return 0
}
