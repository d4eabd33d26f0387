package graph

import (
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// dataAccess is for how long an app may read a person's data after the person
// was there last: 90 days.
const dataAccess = 90 * 24 * time.Hour

// debugToken is GET /debug_token?input_token={token}. A token that is not known
// here is not refused, but said not to be valid.
// https://developers.facebook.com/docs/graph-api/reference/debug_token
func (s *Server) debugToken(c *call) answer {
	inspected := call{token: c.param("input_token")}
	if inspected.token == "" {
		return s.invalidParameter(c, "input_token: is missing, must be the access token to look at")
	}
	about := map[string]any{"is_valid": false, "scopes": []string{}}
	switch {
	case s.tokenState(&inspected, pageTokens) == journal.TokenRight:
		now := s.opts.Clock()
		scopes := aboutPage().Scopes
		granular := make([]any, len(scopes))
		for i, scope := range scopes {
			granular[i] = map[string]any{"scope": scope, "target_ids": []string{s.opts.PageID}}
		}
		about = map[string]any{
			"app_id": s.opts.AppID, "type": "PAGE", "application": aboutPage().App["name"],
			"data_access_expires_at": now.Add(dataAccess).Unix(),
			"expires_at":             0, // never
			"issued_at":              now.Unix(), "is_valid": true,
			"scopes": scopes, "granular_scopes": granular,
			"profile_id": s.opts.PageID,
			"user_id":    ids{seed: s.opts.Seed}.object("owner of the page token"),
		}
	case s.tokenState(&inspected, appTokens) == journal.TokenRight:
		about = map[string]any{"app_id": s.opts.AppID, "type": "APP", "application": aboutPage().App["name"], "is_valid": true, "scopes": []string{}}
	default:
		e := errorTable()["invalid-token"]
		about["error"] = map[string]any{"code": e.Code, "message": e.Message}
	}
	return s.reply(c, map[string]any{"data": about})
}
