package discover

import (
	"encoding/json"
	"path"
	"regexp"
	"strings"

	"github.com/seed-11445fa1/referee/runner/sut"
)

var (
	dockerStart  = regexp.MustCompile(`(?mi)^[ \t]*(CMD|ENTRYPOINT)[ \t]+(\S.*?)[ \t\r]*$`)
	dockerExpose = regexp.MustCompile(`(?mi)^[ \t]*EXPOSE[ \t]+(\d+)`)
)

// dockerfile is the one at the top of the project.
func (f *folder) dockerfile() (file, bool) { return f.named("Dockerfile", "Containerfile") }

// interpreters are programs that run a file of the project where it lies; what else a
// Dockerfile starts is often made by the build of the image.
var interpreters = strings.Fields("node python python3 ruby php gunicorn uvicorn flask bundle npm")

// dockerCommand is what a Dockerfile starts, where that can be started outside too.
func (f *folder) dockerCommand(p *Project) bool {
	one, ok := f.dockerfile()
	if !ok {
		return false
	}
	all := dockerStart.FindAllStringSubmatchIndex(one.text, -1)
	if len(all) == 0 {
		return false
	}
	at := all[len(all)-1] // the last one counts
	line := one.text[at[4]:at[5]]
	var words []string
	if json.Unmarshal([]byte(line), &words) == nil {
		for i, w := range words {
			words[i] = sut.ShellWord(w)
		}
		line = strings.Join(words, " ")
	}
	program := path.Base(strings.SplitN(line, " ", 2)[0])
	for _, known := range interpreters {
		if program == known && plain(line) && !strings.Contains(line, " /") {
			return p.starts(f.inEnvironment(line), one.at(at[2])+", "+strings.ToUpper(one.text[at[2]:at[3]]))
		}
	}
	return false
}

// image has the receiver built and started as an image.
func (f *folder) image(p *Project) bool {
	one, ok := f.dockerfile()
	if !ok {
		return false
	}
	p.BuildContext = Fact{".", one.name}
	p.slow("the image is built first")
	return true
}

// containerPort is the port that the image says it listens on.
func (f *folder) containerPort() (Fact, bool) {
	if one, ok := f.dockerfile(); ok {
		if at := dockerExpose.FindStringSubmatchIndex(one.text); at != nil {
			return Fact{one.text[at[2]:at[3]], one.at(at[2]) + ", EXPOSE"}, true
		}
	}
	for _, one := range f.files {
		if !isCompose(strings.ToLower(one.name)) {
			continue
		}
		for _, s := range services(one) {
			if !s.build {
				continue
			}
			for _, n := range s.ports {
				inside := strings.Split(n.Value, ":")
				port, _, _ := strings.Cut(inside[len(inside)-1], "/")
				if numeric.MatchString(port) {
					return Fact{port, one.at(offsetOf(one.text, n.Line)) + ", ports"}, true
				}
			}
		}
	}
	return Fact{}, false
}
