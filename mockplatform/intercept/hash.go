package intercept

import (
	"crypto/sha1"
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"fmt"
	"strings"
)

// SubjectHash returns the name, less its number, under which OpenSSL looks for
// the CA in a folder of certificates, such as /etc/ssl/certs/0a1b2c3d.0.
// https://docs.openssl.org/master/man1/openssl-rehash/
func (i *Interceptor) SubjectHash() (string, error) {
	ca, err := x509.ParseCertificate(i.ca)
	if err != nil {
		return "", fmt.Errorf("intercept: the CA: %w", err)
	}
	type attribute struct {
		Type  asn1.ObjectIdentifier
		Value string `asn1:"utf8"`
	}
	// The hash is of a form of the name that knows no upper case and no sequence
	// around its parts. Names with more than one space in a row would need more.
	var canonical []byte
	for _, name := range ca.Subject.Names {
		part, err := asn1.Marshal(struct {
			Set []attribute `asn1:"set"`
		}{[]attribute{{name.Type, strings.ToLower(fmt.Sprint(name.Value))}}})
		if err != nil {
			return "", fmt.Errorf("intercept: the name of the CA: %w", err)
		}
		var inner asn1.RawValue // the set, out of the structure around it
		if _, err := asn1.Unmarshal(part, &inner); err != nil {
			return "", fmt.Errorf("intercept: the name of the CA: %w", err)
		}
		canonical = append(canonical, inner.Bytes...)
	}
	sum := sha1.Sum(canonical)
	return fmt.Sprintf("%08x", binary.LittleEndian.Uint32(sum[:])), nil
}
