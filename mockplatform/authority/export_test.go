package authority

import "crypto/x509"

// Intermediate is intermediate, for the tests of the API.
func (a *Authority) Intermediate(template *x509.Certificate) (*Authority, error) {
	return a.intermediate(template)
}
