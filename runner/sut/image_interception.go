package sut

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"path"
	"slices"
	"strings"

	"github.com/testcontainers/testcontainers-go"

	"github.com/seed-11445fa1/referee/mockplatform/intercept"
)

// contained are the trust files in a container.
func contained() intercept.TrustFiles {
	return intercept.TrustFiles{
		Bundle: "/referee-trust/bundle.pem", CA: "/referee-trust/ca.pem",
		Store: "/referee-trust/store.p12", StorePassword: storePassword,
		PHPDir: "/referee-trust/php",
	}
}

// intercept opens the better way: Meta's names lead to this machine, or, where
// it may not listen on port 443, to a proxy that the receiver has to heed. It
// returns the variables for an image that has these already.
func (w *upstream) intercept(api http.Handler, allowNetwork bool, at meeting, environ []string) ([]string, error) {
	i, err := intercept.New(intercept.Options{Handler: api, AllowNetwork: allowNetwork})
	if err != nil {
		return nil, err
	}
	n := &interception{Interceptor: i}
	w.interception = n
	if w.files, err = n.forContainer(); err != nil {
		return nil, err
	}
	trust := contained()
	trust.Environ = environ
	names := strings.Join(n.Hosts(), ", ")
	ln, err := net.Listen("tcp", netip.AddrPortFrom(at.listen, 443).String())
	if err == nil {
		n.serve(ln, n.ServeTLS)
		for _, host := range n.Hosts() {
			w.hosts = append(w.hosts, host+":"+at.entry)
		}
		n.way = names + " by the container's hosts file"
		return n.Variables(trust, ""), nil
	}
	proxy, listening := net.Listen("tcp", netip.AddrPortFrom(at.listen, 0).String())
	if listening != nil {
		return nil, fmt.Errorf("open a proxy for the container's calls: %w", listening)
	}
	n.serve(proxy, n.ServeProxy)
	n.way = fmt.Sprintf("%s by the proxy variables, which the receiver's client has to heed (%v)", names, err)
	port := proxy.Addr().(*net.TCPAddr).Port
	return direct(n.Variables(trust, fmt.Sprintf("http://%s:%d", hostName, port))), nil
}

// direct keeps calls to the platform's own address from the proxy.
func direct(variables []string) []string {
	variables = slices.Clone(variables)
	for n, v := range variables {
		switch name, _, _ := strings.Cut(v, "="); name {
		case "NO_PROXY", "no_proxy":
			variables[n] = v + "," + hostName
		case "JAVA_TOOL_OPTIONS": // of two options for a property, the later one counts
			variables[n] = v + " -Dhttp.nonProxyHosts=localhost|127.*|[::1]|" + hostName
		}
	}
	return variables
}

// readable is a file in a container that everybody there may read.
func readable(name string, data []byte) testcontainers.ContainerFile {
	return testcontainers.ContainerFile{Reader: bytes.NewReader(data), ContainerFilePath: name, FileMode: 0o444}
}

// forContainer are the trust files to be copied into a container. They are not
// mounted: the engine may be on a machine that does not have this one's files.
func (n *interception) forContainer() ([]testcontainers.ContainerFile, error) {
	system := systemRoots()
	store, err := n.TrustStore(system, storePassword)
	if err != nil {
		return nil, err
	}
	var files []testcontainers.ContainerFile
	add := func(name string, data []byte) { files = append(files, readable(name, data)) }
	f := contained()
	add(f.Bundle, n.Bundle(system))
	add(f.CA, n.CA())
	add(f.Store, store)
	add(path.Join(f.PHPDir, "referee.ini"), intercept.PHPIni(f.Bundle))
	return files, nil
}
