package judge

import "time"

// request is one request to the receiver, and what has come of it so far.
type request struct {
	seq   int    // the order of sending
	trial *trial // whose request it is; nil: the run's own
	turn  *turn  // in which it was sent; nil: in none
	what  string
	// delivery is what was sent with it; nil for a verification request.
	delivery *Delivery
	until    int64 // in the receiver's output, the beginning of the next request; 0: there is none
	// genuine reports that it is correctly signed, so that its evidence counts as
	// a fence.
	genuine   bool
	unhurried bool // nothing was owed when it was sent
	apart     bool // no other request was under way when it was sent, nor was one sent beside it
	untimed   bool // its time tells nothing: much is under way at once, or it is sent slowly
	strange   bool // anybody could have sent it, without the app secret
	watched   bool // it must have no further effect, whoever sent it
	isFence   bool
	// handshake reports that it is a verification request.
	handshake bool
	began     time.Time
	waited    time.Duration // for its turn, before it began; zero if another had the turn before it
	ended     time.Time     // when it was answered, or could not be; zero: it is under way
	acked     bool
	accepted  bool // it was answered with 2xx, whoever sent it
	broken    bool // the connection broke off
	refused   bool // the connection was not accepted
	cut       bool // it broke off, or was refused: the receiver was not there, or ended
	behind    int  // requests up to this number were sent before it was over
	debts     []*debt
	owes      int // events whose evidence has not come
	owed      int // events whose evidence had to come
	complete  time.Time
	proved    uint // the fences behind it that were answered, a bit for each
	provedAt  time.Time
	unheard   bool // no fence behind it was answered, and there was a reason for it
}

// doubtful reports whether it must have no effect, and may still have one: a stranger sent it
// and was not refused, or somebody who knows the receiver expects none.
func (r *request) doubtful() bool { return (r.strange && !r.handshake || r.watched) && r.accepted }

// watch makes it a request that must have no further effect.
func (r *request) watch() { r.watched = true }
