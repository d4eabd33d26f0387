// Package outbox keeps deliveries until they are over: it sends what is put into
// it, tries again by a policy what failed, and knows how the receiver is doing.
package outbox
