"""What states and tasks are called, and the promises that transitions come from."""

RECEIVED, DOING, TESTING, DONE, CLOSED = "received", "doing", "testing", "done", "closed"
NOT_NOW, LACKING, MERGED, WITHDRAWN = "not_now", "lacking", "merged", "withdrawn"
GIVEN_UP = (NOT_NOW, LACKING, WITHDRAWN)  # it ended and nothing was done
PLANNED, WAITING, DROPPED = "planned", "waiting", "dropped"
ANSWER, ANSWER_ABOVE = "answer", "answer_above"  # the latter of managers above, when a promise is not kept
DO_IT, DO_ABOVE = "do", "do_above"  # the latter of managers above, when the date is long past
JUDGE_ABOVE = "judge_above"  # the same where an effect was to be judged
ABOVE = frozenset({ANSWER_ABOVE, DO_ABOVE, JUDGE_ABOVE})  # all that a clock brings up
CARRY_OUT, FINISH = "carry_out", "finish"  # tasks of a case in progress: its actions, then itself
APPLIES = "applies"  # asked of another unit: does it apply to you?

PROMISE = "Our promise: every proposal is answered within the promised time"
DATES = "Dates are kept or changed in the open"
