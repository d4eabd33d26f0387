package graph

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// batchRun is the answering of one batch.
type batchRun struct {
	s       *Server
	call    *call
	members []batchMember
	// broken is an answer that cuts the connection, and left says that the client
	// is gone.
	broken answer
	left   bool
}

// batchMember is one element on its way.
type batchMember struct {
	batchElement
	// needs are the elements that have to succeed before, and used says that
	// another one refers to the answer of this.
	needs []int
	used  bool
	// onWay and free are for finding circles: on the way from the first, and known
	// to be in none.
	onWay, free bool
	// call is nil for one that is not read yet.
	call  *call
	serve func() answer
	done  bool
	// got is what it was answered; a status of 0 is nothing.
	got answer
}

// newBatchRun finds out which elements need which, and records those that need
// none. The error says what is wrong with a reference.
func newBatchRun(s *Server, c *call, elements []batchElement) (*batchRun, error) {
	b := &batchRun{s: s, call: c, members: make([]batchMember, len(elements))}
	names := map[string]int{}
	for i, e := range elements {
		b.members[i].batchElement = e
		if name := textOf(e.Name); name != "" {
			names[name] = i
		}
	}
	for i, e := range elements {
		for _, name := range append(referred(e.RelativeURL), referred(e.Body)...) {
			at, known := names[name]
			if !known {
				return nil, fmt.Errorf("/batch/%d: refers to the result of %q, and no element has that name", i, name)
			}
			b.members[i].needs = append(b.members[i].needs, at)
			b.members[at].used = true
		}
		if name := textOf(e.DependsOn); name != "" {
			at, known := names[name]
			if !known {
				return nil, fmt.Errorf("/batch/%d: depends on %q, and no element has that name", i, name)
			}
			b.members[i].needs = append(b.members[i].needs, at)
		}
	}
	for i := range b.members {
		if b.circular(i) {
			return nil, fmt.Errorf("/batch/%d: depends on itself, by what it refers to", i)
		}
	}
	for i := range b.members {
		if m := &b.members[i]; len(m.needs) == 0 {
			b.read(m)
		}
	}
	return b, nil
}

// circular reports whether the way from an element to what it needs leads back.
func (b *batchRun) circular(i int) bool {
	m := &b.members[i]
	if m.onWay || m.free {
		return m.onWay
	}
	m.onWay = true
	if slices.ContainsFunc(m.needs, b.circular) {
		return true
	}
	m.onWay, m.free = false, true
	return false
}

// read makes a call of an element, and records it.
func (b *batchRun) read(m *batchMember) {
	m.call, m.serve = b.s.element(b.call, m.batchElement)
	b.s.record(m.call)
}

// run answers an element, after those that it needs. If one of them failed, it is
// not called at all.
func (b *batchRun) run(i int) {
	m := &b.members[i]
	if m.done {
		return
	}
	m.done = true
	for _, need := range m.needs {
		b.run(need)
		if b.members[need].got.status != http.StatusOK {
			return
		}
	}
	if m.call == nil {
		m.RelativeURL = resolve(m.RelativeURL, false, b.bodyOf)
		m.Body = resolve(m.Body, isJSONBody(m.Body), b.bodyOf)
		b.read(m)
	}
	m.got = b.s.respond(m.call, m.serve)
	b.call.effects = append(b.call.effects, m.call.effects...)
	if m.got.reset {
		b.broken = m.got
	}
	b.left = b.left || m.got.status == 0
}

// bodyOf is what the element of this name was answered.
func (b *batchRun) bodyOf(name string) []byte {
	for _, m := range slices.Backward(b.members) {
		if textOf(m.Name) == name {
			return m.got.body
		}
	}
	return nil
}

// answers are those of all elements, null for one that was not called and for one
// that is left out.
func (b *batchRun) answers() []*batchAnswer {
	headers := strings.Trim(string(b.call.params["include_headers"]), `"`) != "false"
	answers := make([]*batchAnswer, len(b.members))
	for i, m := range b.members {
		if m.call == nil || m.got.status == http.StatusOK && m.omitted() {
			continue
		}
		answers[i] = &batchAnswer{Code: m.got.status, Body: string(m.got.body)}
		if headers {
			answers[i].Headers = headerLines(m.got.header)
		}
	}
	return answers
}

func (m *batchMember) omitted() bool {
	if m.Omit == nil {
		return m.used
	}
	return isTrue(m.Omit)
}
