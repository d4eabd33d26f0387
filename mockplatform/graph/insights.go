package graph

import (
	"fmt"
	"strings"
)

// insights is GET /{page}/insights and /{page}/insights/{metric}. Nobody counts here
// what Meta would: the list is empty, in the form that Meta's has.
// https://developers.facebook.com/docs/graph-api/reference/insights
func (s *Server) insights(c *call) answer {
	at := func(since, until int64) string {
		return fmt.Sprintf("%s/%s/%s/%s?access_token=%s&since=%d&until=%d", c.base, c.version, s.opts.PageID, strings.Join(c.path[1:], "/"), c.token, since, until)
	}
	const twoDays = 2 * 24 * 60 * 60
	now := s.opts.Clock().Unix()
	return s.reply(c, map[string]any{"data": []any{}, "paging": map[string]string{
		"previous": at(now-2*twoDays, now-twoDays), "next": at(now, now+twoDays),
	}})
}
