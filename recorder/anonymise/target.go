package anonymise

import (
	"net/url"
	"regexp"
	"strings"
)

// target is the target of a request without personal data. Of its path the words
// stay that many paths have, and of its query the names that many queries have:
// a secret may stand anywhere in it, and may be made of letters alone.
func (a *Anonymiser) target(target string) string {
	path, query, asked := strings.Cut(target, "?")
	switch scheme, rest, absolute := strings.Cut(path, "://"); {
	case strings.HasPrefix(path, "/"):
		path = a.path(path)
	case absolute && (scheme == "http" || scheme == "https"): // as a proxy is asked
		host, steps, slash := strings.Cut(rest, "/")
		path = scheme + "://" + a.host(host)
		if slash {
			path += a.path("/" + steps)
		}
	case strings.Contains(path, ":"): // as CONNECT has it
		path = a.host(path)
	default:
		path = a.path(path)
	}
	if asked {
		path += "?" + a.query(query)
	}
	return path
}

func (a *Anonymiser) path(path string) string {
	if a.keep.path {
		return path
	}
	steps := strings.Split(path, "/")
	for i, step := range steps {
		if !isVersion(step) && !isWordsOf(step, stays().Routes) {
			steps[i] = a.Text(step)
		}
	}
	return strings.Join(steps, "/")
}

// isVersion reports whether a step of a path is a version, as Graph's are: v23.0.
var isVersion = regexp.MustCompile(`^[vV][0-9]{1,2}(\.[0-9])?$`).MatchString

func (a *Anonymiser) query(query string) string {
	parameters := strings.Split(query, "&")
	for i, parameter := range parameters {
		name, value, found := strings.Cut(parameter, "=")
		decoded, err := url.QueryUnescape(name)
		kept := err == nil && a.keep.parameters[decoded]
		if !kept && !isWordsOf(name, stays().Parameters) {
			name = a.Text(name)
		}
		if found {
			if !kept && !(name == "hub.mode" && isIn(stays().Modes, value)) {
				value = a.Text(value)
			}
			name += "=" + value
		}
		parameters[i] = name
	}
	return strings.Join(parameters, "&")
}

// host is a host, with or without a user and a port, without what tells whose it
// is.
func (a *Anonymiser) host(host string) string {
	user, port := "", ""
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		user, host = a.Text(host[:i])+"@", host[i+1:]
	}
	if i := strings.LastIndexByte(host, ':'); i >= 0 && isPort(host[i+1:]) {
		host, port = host[:i], host[i:]
	}
	if !isIn(stays().Hosts, host) {
		host = a.Text(host)
	}
	return user + host + port
}

func isPort(text string) bool {
	return len(text) <= len("65535") && strings.Trim(text, "0123456789") == ""
}
