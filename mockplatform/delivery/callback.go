package delivery

import "fmt"

// The codes of a callback URL that could not be verified.
const (
	// CallbackFailed: the verification request was not answered with status 200.
	CallbackFailed = 2200
	// CallbackMismatch: it was, but not with the challenge.
	CallbackMismatch = 2201
)

// CallbackError says why a callback URL could not be verified, with Meta's code
// and text for it. The Graph API answers it as an error of type OAuthException.
type CallbackError struct {
	// Code is CallbackFailed or CallbackMismatch.
	Code int
	// Message is Meta's text, without the code.
	Message string
	// Err is what went wrong with the request; nil if it was answered.
	Err error
}

func (e *CallbackError) Error() string { return fmt.Sprintf("(#%d) %s", e.Code, e.Message) }

// Unwrap returns the cause.
func (e *CallbackError) Unwrap() error { return e.Err }
