package docker

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/testcontainers/testcontainers-go"

	"github.com/seed-11445fa1/referee/mockplatform/intercept"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/runner/sut/internal/interception"
)

// clientCA is where a container has the CA of Meta's client certificate.
const clientCA = "/referee-trust/client-ca.pem"

// contained are the trust files in a container.
func contained() intercept.TrustFiles {
	return intercept.TrustFiles{
		Bundle: "/referee-trust/bundle.pem", CA: "/referee-trust/ca.pem",
		Store: "/referee-trust/store.p12", StorePassword: interception.StorePassword,
		PHPDir: "/referee-trust/php",
	}
}

// intercept opens the better way: Meta's names lead to this machine, or, where
// it may not listen on port 443, to a proxy that the receiver has to heed. It
// returns the variables for an image that has these already.
func (w *upstream) intercept(api http.Handler, allowNetwork bool, at meeting, environ []string) ([]string, error) {
	n, err := interception.New(api, allowNetwork)
	if err != nil {
		return nil, err
	}
	w.interception = n
	if w.files, err = trustFiles(n); err != nil {
		return nil, err
	}
	trust := contained()
	trust.Environ = environ
	names := strings.Join(n.Hosts(), ", ")
	ln, err := net.Listen("tcp", netip.AddrPortFrom(at.listen, 443).String())
	if err == nil {
		n.Listen(ln, n.ServeTLS)
		for _, host := range n.Hosts() {
			w.hosts = append(w.hosts, host+":"+at.entry)
		}
		n.Way = names + " by the container's hosts file"
		return n.Variables(trust, ""), nil
	}
	proxy, listening := net.Listen("tcp", netip.AddrPortFrom(at.listen, 0).String())
	if listening != nil {
		return nil, fmt.Errorf("open a proxy for the container's calls: %w", listening)
	}
	n.Listen(proxy, n.ServeProxy)
	n.Way = fmt.Sprintf("%s by the proxy variables, which the receiver's client has to heed (%v)", names, err)
	port := proxy.Addr().(*net.TCPAddr).Port
	return direct(n.Variables(trust, fmt.Sprintf("http://%s:%d", sut.ContainerHost, port))), nil
}

// direct keeps calls to the platform's own address from the proxy.
func direct(variables []string) []string {
	variables = slices.Clone(variables)
	for n, v := range variables {
		switch name, _, _ := strings.Cut(v, "="); name {
		case "NO_PROXY", "no_proxy":
			variables[n] = v + "," + sut.ContainerHost
		case "JAVA_TOOL_OPTIONS": // of two options for a property, the later one counts
			variables[n] = v + " -Dhttp.nonProxyHosts=localhost|127.*|[::1]|" + sut.ContainerHost
		}
	}
	return variables
}

// readable is a file in a container that everybody there may read.
func readable(name string, data []byte) testcontainers.ContainerFile {
	return testcontainers.ContainerFile{Reader: bytes.NewReader(data), ContainerFilePath: name, FileMode: 0o444}
}

// trustFiles are to be copied into a container. They are not mounted: the engine may
// be on a machine that does not have this one's files.
func trustFiles(n *interception.Server) ([]testcontainers.ContainerFile, error) {
	contents, err := n.TrustFiles(contained())
	if err != nil {
		return nil, err
	}
	var files []testcontainers.ContainerFile
	for name, data := range contents {
		files = append(files, readable(name, data))
	}
	return files, nil
}
