package discover

import "fmt"

// Project is what a folder says of the receiver in it.
type Project struct {
	// Command starts it, in the folder that was read. Empty where only an image does, or
	// nothing was found.
	Command Fact
	// BuildContext is the folder with a Dockerfile, where nothing but an image starts it.
	BuildContext Fact
	// Slow is set where it is compiled first, and is not ready within seconds.
	Slow Fact
	// Port is the number that is written into it. Empty where it reads a variable.
	Port Fact
	// PortUnknown is true where nothing says on which port it listens: none is written into
	// it, and it is not seen to read one.
	PortUnknown bool
	// Path is that of the webhook.
	Path Fact
	// Unsure is why something may stand before Path that is not in it; empty where the
	// source shows that nothing does.
	Unsure string
	// Variables are those that it reads of what the platform decides, in the order of
	// their meanings and names.
	Variables []Variable
	// Written are secrets that it has in its source, where it reads no variable for them.
	Written []Written
	// Notes say what has to be done before it can start, and what was not read.
	Notes []string
}

// Fact is something that was found, and where.
type Fact struct {
	Value string
	// Evidence is the place, such as "server.js:12".
	Evidence string
}

// Found reports whether there is such a fact.
func (f Fact) Found() bool { return f.Value != "" }

// Variable is an environment variable of the receiver's.
type Variable struct {
	Name    string
	Meaning Meaning
	// Prefix is what the receiver expects before the value: the host and the colon, where
	// it is for an address to listen at. Suffix is what it expects behind it: the version,
	// where its address of the Graph API has one.
	Prefix, Suffix string

	Evidence string
}

// Written is a secret that stands in the source of the receiver.
type Written struct {
	Meaning Meaning
	// Value is that of a verify token, and empty for the others, which stay where they are.
	Value    string
	Evidence string
}

// Meaning is what a variable is for.
type Meaning int

// These are what the platform and the receiver have to agree about.
const (
	AppSecret Meaning = iota + 1
	VerifyToken
	PageToken
	PageID
	AppID
	GraphURL
	Port
	Address // to listen at: the port with what stands before it
)

// Named returns the variables with a meaning.
func (p Project) Named(m Meaning) []Variable {
	var named []Variable
	for _, v := range p.Variables {
		if v.Meaning == m {
			named = append(named, v)
		}
	}
	return named
}

// Read reads a folder. The error is of the folder itself; a file that cannot be read is
// left out.
func Read(dir string) (Project, error) {
	f, err := open(dir)
	if err != nil {
		return Project{}, fmt.Errorf("look into the project: %w", err)
	}
	defer f.root.Close()
	reads := f.reads()
	var p Project
	p.Variables = meant(reads)
	p.Written = f.written(reads)
	f.start(&p)
	p.Port = f.port(p, reads)
	p.PortUnknown = f.portUnknown(p)
	p.Path, p.Unsure = f.path()
	f.workspace(p)
	p.Notes = append(p.Notes, f.notes...)
	return p, nil
}
