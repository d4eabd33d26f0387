package discover

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// isEnvFile reports whether a file, by its name in lower case, has variables: .env and
// the examples of it that are published.
func isEnvFile(name string) bool {
	switch name {
	case ".env", "env.example", "env.sample", "sample.env", "example.env":
		return true
	}
	return strings.HasPrefix(name, ".env.") || strings.HasPrefix(name, ".env-")
}

// isCompose reports whether a file, by its name in lower case, is for docker compose.
func isCompose(name string) bool {
	switch name {
	case "docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml":
		return true
	}
	return false
}

// isProperties reports whether a file, by its name in lower case, has Spring's properties.
func isProperties(name string) bool {
	switch name {
	case "application.properties", "application.yml", "application.yaml":
		return true
	}
	return false
}

// assignment is a line that sets a variable, in a file of variables.
var assignment = regexp.MustCompile(`(?m)^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=`)

// dockerVariable is a variable of a Dockerfile.
var dockerVariable = regexp.MustCompile(`(?m)^[ \t]*(?:ENV|ARG)[ \t]+([A-Za-z_]\w*)`)

// declared are the variables that files name beside the code. Their values stay where
// they are, but for an address of the Graph API.
func (f *folder) declared() []read {
	var found []read
	for _, one := range f.files {
		base := strings.ToLower(one.name[strings.LastIndexByte(one.name, '/')+1:])
		switch {
		case isEnvFile(base):
			for _, at := range assignment.FindAllStringSubmatchIndex(one.text, maxMatches) {
				found = append(found, read{name: one.text[at[2]:at[3]], file: one, offset: at[2]})
			}
		case base == "dockerfile" || base == "containerfile":
			for _, at := range dockerVariable.FindAllStringSubmatchIndex(one.text, maxMatches) {
				found = append(found, read{name: one.text[at[2]:at[3]], file: one, offset: at[2]})
			}
		case isCompose(base):
			for _, service := range services(one) {
				for _, v := range service.variables {
					found = append(found, read{name: v.Value, file: one, offset: offsetOf(one.text, v.Line)})
				}
			}
		}
	}
	return found
}

// service is what docker compose starts.
type service struct {
	name      string
	build     bool
	variables []*yaml.Node // scalars, with the name alone
	ports     []*yaml.Node
}

// services reads a file for docker compose; one that is not well-formed has none.
func services(compose file) []service {
	var document struct {
		Services map[string]struct {
			Build       yaml.Node   `yaml:"build"`
			Environment yaml.Node   `yaml:"environment"`
			Ports       []yaml.Node `yaml:"ports"`
		} `yaml:"services"`
	}
	if yaml.Unmarshal([]byte(compose.text), &document) != nil {
		return nil
	}
	var all []service
	for name, s := range document.Services {
		one := service{name: name, build: !s.Build.IsZero()}
		for i, n := range s.Environment.Content {
			name := *n
			if s.Environment.Kind == yaml.MappingNode && i%2 == 1 {
				continue
			}
			name.Value, _, _ = strings.Cut(n.Value, "=")
			one.variables = append(one.variables, &name)
		}
		for i := range s.Ports {
			one.ports = append(one.ports, &s.Ports[i])
		}
		all = append(all, one)
	}
	return all
}

// offsetOf is where a line begins, which counts from 1.
func offsetOf(text string, line int) int {
	offset := 0
	for ; line > 1; line-- {
		at := strings.IndexByte(text[offset:], '\n')
		if at < 0 {
			break
		}
		offset += at + 1
	}
	return offset
}
