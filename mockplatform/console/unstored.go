package console

import (
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

// failed is what an error is answered with: 507 where the disk did not take what has to be
// on it before it counts, and else this status.
func failed(err error, status int) error { return huma.NewError(statusOf(err, status), said(err)) }

// statusOf is the status for an error, or this one.
func statusOf(err error, other int) int {
	if errors.Is(err, mockplatform.ErrNotStored) || errors.Is(err, rules.ErrNotStored) {
		return http.StatusInsufficientStorage
	}
	return other
}

// unstored is the answer where something was sent, but the record of it is not on disk;
// nil where it is.
func (s *Server) unstored(what string) error {
	if err := s.platform.Stored(); err != nil {
		return huma.NewError(http.StatusInsufficientStorage, what+" was sent, but the record of it is not kept: "+after(err, mockplatform.ErrNotStored))
	}
	return nil
}
