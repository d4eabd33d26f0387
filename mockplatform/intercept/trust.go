package intercept

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"software.sslmate.com/src/go-pkcs12"
)

// TrustFiles are where the caller has put what a receiver reads, as paths that
// the receiver sees. The variables of an empty path are left out.
type TrustFiles struct {
	// Bundle has what Interceptor.Bundle returns.
	Bundle string
	// CA has what Interceptor.CA returns.
	CA string
	// Store has what Interceptor.TrustStore returns.
	Store string
	// StorePassword opens Store.
	StorePassword string
	// PHPDir is a folder with a file that ends in .ini and has what PHPIni
	// returns, and nothing else.
	PHPDir string
	// ListSeparator is between the paths of a list: ":", or ";" for a receiver on
	// Windows. Default ":".
	ListSeparator string
	// Environ is what the receiver's environment would be without
	// interception, as NAME=value. What it says to Java and PHP, and whom it
	// excepts from a proxy, is kept. Default: nothing.
	Environ []string
}

// CA returns the certificate of the CA in PEM.
func (i *Interceptor) CA() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.ca})
}

// Bundle returns system, certificates in PEM, with the CA after them: for
// clients whose bundle takes the place of the system's.
func (i *Interceptor) Bundle(system []byte) []byte {
	bundle := bytes.Clone(system)
	if len(bundle) > 0 && !bytes.HasSuffix(bundle, []byte("\n")) {
		bundle = append(bundle, '\n')
	}
	return append(bundle, i.CA()...)
}

// TrustStore returns a PKCS#12 trust store for Java with the CA and the
// certificates of system, which are PEM; those that Go cannot parse are left
// out. All of it is public: the password is there because Java wants one, and
// the encryption is an old one because every Java since 8 can read it.
func (i *Interceptor) TrustStore(system []byte, password string) ([]byte, error) {
	ca, err := x509.ParseCertificate(i.ca)
	if err != nil {
		return nil, fmt.Errorf("intercept: the CA: %w", err)
	}
	entries := []pkcs12.TrustStoreEntry{{Cert: ca, FriendlyName: "referee"}}
	for block, rest := pem.Decode(system); block != nil; block, rest = pem.Decode(rest) {
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil || block.Type != "CERTIFICATE" {
			continue
		}
		// Java takes entries of the same name for one.
		name := fmt.Sprintf("system-%d", len(entries))
		entries = append(entries, pkcs12.TrustStoreEntry{Cert: cert, FriendlyName: name})
	}
	store, err := pkcs12.LegacyDES.EncodeTrustStoreEntries(entries, password)
	if err != nil {
		return nil, fmt.Errorf("intercept: make a trust store: %w", err)
	}
	return store, nil
}

// PHPIni returns the lines by which PHP's curl and its streams trust the bundle
// at this path, which must not contain a quotation mark or a line break.
// https://www.php.net/manual/en/openssl.configuration.php
func PHPIni(bundle string) []byte {
	return fmt.Appendf(nil, "curl.cainfo='%s'\nopenssl.cafile='%s'\n", bundle, bundle)
}

// Variables returns what to set for a receiver, as NAME=value. With a proxyURL,
// http://host:port of ServeProxy, they lead it to the proxy; without, its names
// lead to ServeTLS by other means, and a proxy of the machine is told not to
// meddle.
//
// Who reads what:
//   - Go on Linux, OpenSSL (Python, Ruby, PHP and others): SSL_CERT_FILE. Go on
//     macOS and Windows asks the system only.
//   - Node: NODE_EXTRA_CA_CERTS. Node reads the proxy variables from 22.21 and
//     24.5 on (fetch alone from 24.0); older ones do not, whatever is set.
//   - Python's requests: REQUESTS_CA_BUNDLE; curl and libraries on it:
//     CURL_CA_BUNDLE. Python's aiohttp uses a proxy only with trust_env=True.
//   - Java: JAVA_TOOL_OPTIONS, which the JVM repeats on its standard error.
//     Clients beside the JDK's may have a trust store or proxies of their own.
//   - PHP: PHP_INI_SCAN_DIR, after the folder that PHP has compiled in. PHP's curl
//     reads the proxy variables, its streams (file_get_contents) do not.
//
// HTTP_PROXY is there because plain requests must not leave the machine either,
// and because Ruby's Net::HTTP reads it for https too.
func (i *Interceptor) Variables(files TrustFiles, proxyURL string) []string {
	var vars []string
	set := func(value string, names ...string) {
		for _, name := range names {
			vars = append(vars, name+"="+value)
		}
	}
	if files.Bundle != "" {
		set(files.Bundle, "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
	}
	if files.CA != "" {
		set(files.CA, "NODE_EXTRA_CA_CERTS")
	}
	if options := files.java(proxyURL); options != "" {
		set(options, "JAVA_TOOL_OPTIONS")
	}
	if files.PHPDir != "" {
		set(files.php(), "PHP_INI_SCAN_DIR")
	}
	if proxyURL != "" {
		set(proxyURL, "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
		// Without ::1, which some clients cannot parse here.
		set("127.0.0.1,localhost", "NO_PROXY", "no_proxy")
		set("1", "NODE_USE_ENV_PROXY")
		return vars
	}
	direct := i.Hosts()
	if before := files.lookup("no_proxy", "NO_PROXY"); before != "" {
		direct = append([]string{before}, direct...)
	}
	set(strings.Join(direct, ","), "NO_PROXY", "no_proxy")
	return vars
}

// java returns options of the JVM: those that were there, then ours, which win.
func (f TrustFiles) java(proxyURL string) string {
	var options []string
	property := func(name, value string) {
		option := "-D" + name + "=" + value
		if strings.ContainsAny(option, " \t") {
			option = `"` + option + `"`
		}
		options = append(options, option)
	}
	if f.Store != "" {
		property("javax.net.ssl.trustStore", f.Store)
		property("javax.net.ssl.trustStoreType", "PKCS12")
		property("javax.net.ssl.trustStorePassword", f.StorePassword)
	}
	if u, err := url.Parse(proxyURL); err == nil && u.Port() != "" {
		for _, scheme := range []string{"https", "http"} {
			property(scheme+".proxyHost", u.Hostname())
			property(scheme+".proxyPort", u.Port())
		}
		property("http.nonProxyHosts", "localhost|127.*|[::1]") // of https too
	}
	if before := f.lookup("JAVA_TOOL_OPTIONS"); before != "" && len(options) > 0 {
		options = slices.Insert(options, 0, before)
	}
	return strings.Join(options, " ")
}

// php returns the folders that PHP scans: those that were named, or else the
// compiled-in one, for which an empty element stands; then ours.
func (f TrustFiles) php() string {
	return f.lookup("PHP_INI_SCAN_DIR") + cmp.Or(f.ListSeparator, ":") + f.PHPDir
}

// lookup returns the value of the first of these variables that is set to
// something. Of two entries for one name, the later one counts.
func (f TrustFiles) lookup(names ...string) string {
	for _, name := range names {
		for _, entry := range slices.Backward(f.Environ) {
			if value, ok := strings.CutPrefix(entry, name+"="); ok && value != "" {
				return value
			}
		}
	}
	return ""
}
