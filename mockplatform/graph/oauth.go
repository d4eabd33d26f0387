package graph

import "fmt"

// tokenLife is for how many seconds a long-lived token is good: 60 days.
const tokenLife = 60 * 24 * 60 * 60

// accessToken is GET /oauth/access_token, which takes no token: the app's own for
// its id and secret, or a long-lived one for a token, which here is the same one.
// https://developers.facebook.com/docs/facebook-login/guides/access-tokens
func (s *Server) accessToken(c *call) answer {
	id, secret := c.param("client_id"), c.takeSecret("client_secret")
	switch {
	case id == "":
		return s.oauthError(c, "missing-client-id", "client_id: is missing, must be the id of the app")
	case id != s.opts.AppID:
		return s.oauthError(c, "unknown-app", fmt.Sprintf("client_id: the app here is %s, not %s", s.opts.AppID, id))
	case s.opts.AppSecret != "" && !same(secret, s.opts.AppSecret):
		return s.oauthError(c, "wrong-client-secret", "client_secret: is not the app's secret")
	}
	switch grant := c.param("grant_type"); grant {
	case "client_credentials":
		return s.reply(c, map[string]any{"access_token": s.opts.AppID + "|" + s.opts.AppSecret, "token_type": "bearer"})
	case "fb_exchange_token":
		token := c.takeSecret("fb_exchange_token")
		if !same(token, s.opts.PageToken) {
			return s.refuse(c, errorTable()["invalid-token"], "fb_exchange_token: is not the page's token, and no other is known here")
		}
		return s.reply(c, map[string]any{"access_token": token, "token_type": "bearer", "expires_in": tokenLife})
	default:
		return s.invalidParameter(c, fmt.Sprintf("grant_type: %q is not played, only client_credentials and fb_exchange_token", grant))
	}
}

func (s *Server) oauthError(c *call, name, problem string) answer {
	return s.refuse(c, errorTable()[name], problem)
}
