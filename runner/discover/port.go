package discover

import (
	"regexp"
	"strings"
)

var numeric = regexp.MustCompile(`^\d{2,5}$`)

// fixedPorts are how a port is written into source, the surest first.
var fixedPorts = []*regexp.Regexp{
	regexp.MustCompile(`\.listen\(\s*(?:\{\s*port\s*:\s*)?(\d{2,5})\b`),
	regexp.MustCompile(`ListenAndServe(?:TLS)?\(\s*"[^":]*:(\d{2,5})"`),
	regexp.MustCompile(`\bhttp\.Server\{[^{}]*\bAddr:\s*"[^":]*:(\d{2,5})"`),
	regexp.MustCompile(`\bflag\.\w+\(\s*(?:&\w+\s*,\s*)?"(?:http-?)?(?:addr|address|listen|bind)"\s*,\s*"[^":]*:(\d{2,5})"`),
	regexp.MustCompile(`\b(?:addr|address)\s*:?=\s*":(\d{2,5})"`),
	regexp.MustCompile(`\.Run\(\s*"[^":]*:(\d{2,5})"`),
	regexp.MustCompile(`Server\(\s*\(\s*["'][^"']*["']\s*,\s*(\d{2,5})\b`),
	regexp.MustCompile(`InetSocketAddress\((?:\s*"[^"]*"\s*,)?\s*(\d{2,5})\b`),
	regexp.MustCompile(`\bset\s+:port\s*,\s*(\d{2,5})\b`),
	regexp.MustCompile(`(?i)\bport["']?\s*[=:]\s*["']?(\d{2,5})\b`),
}

// commandPort is a port in a command.
var commandPort = regexp.MustCompile(`(?:--port[= ]|-p |--bind[= ]\S*:|-b \S*:)(\d{2,5})\b`)

// port is the port that is written into the receiver. There is none where it reads the
// port from a variable, in its source or in its command.
func (f *folder) port(p Project, reads []read) Fact {
	if p.BuildContext.Found() {
		fact, _ := f.containerPort()
		return fact
	}
	if at := commandPort.FindStringSubmatch(p.Command.Value); at != nil {
		return Fact{at[1], p.Command.Evidence}
	}
	if strings.Contains(p.Command.Value, "PORT") || !p.Command.Found() {
		return Fact{}
	}
	if readsPort(reads) {
		return Fact{}
	}
	for _, pattern := range fixedPorts {
		for _, one := range f.ending(sources...) {
			if at := pattern.FindStringSubmatchIndex(one.code); at != nil {
				return Fact{one.code[at[2]:at[3]], one.at(at[2])}
			}
		}
	}
	return f.usualPort()
}

// usual are the ports that frameworks listen on when nobody says another.
var usual = []struct {
	server *regexp.Regexp
	port   string
}{
	{regexp.MustCompile(`\bapp\w*\.run\(`), "5000"}, // Flask
	{regexp.MustCompile(`\buvicorn\.run\(`), "8000"},
	{regexp.MustCompile(`\bweb\.run_app\(`), "8080"}, // aiohttp
}

func (f *folder) usualPort() Fact {
	for _, u := range usual {
		for _, one := range f.ending(".py") {
			if at := u.server.FindStringIndex(one.code); at != nil {
				return Fact{u.port, one.at(at[0]) + ", which names no port"}
			}
		}
	}
	return Fact{}
}
