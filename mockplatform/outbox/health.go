package outbox

// Health is how a receiver is doing.
type Health string

const (
	// Active: deliveries are made. They may have failed for a short time.
	Active Health = "active"
	// Alert: the receiver has failed for so long that Meta alerts its developers.
	// Deliveries are still made.
	Alert Health = "alert"
	// Disabled: the receiver has failed for so long that nothing is delivered any
	// more until it subscribes again.
	Disabled Health = "disabled"
)
