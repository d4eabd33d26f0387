package graph

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// tokens says which access tokens an edge takes.
type tokens int

const (
	// pageTokens: the page's. The zero value.
	pageTokens tokens = iota
	// appTokens: the app's, which is its id and its secret.
	appTokens
	// anyTokens: either.
	anyTokens
	// noTokens: the edge takes none.
	noTokens
)

// takeCredentials moves the access token and its proof out of the parameters. A
// token in the query or the body comes before the Authorization header.
func (c *call) takeCredentials(authorization string) {
	c.token = c.takeSecret("access_token")
	c.proof = c.takeSecret("appsecret_proof")
	if c.token != "" {
		return
	}
	scheme, token, _ := strings.Cut(authorization, " ")
	if strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "OAuth") {
		c.token = strings.TrimSpace(token)
	}
}

// takeSecret removes a parameter and returns it. What is not a string is a wrong
// one, but there.
func (c *call) takeSecret(name string) string {
	var text string
	if given, ok := c.params[name]; ok && json.Unmarshal(given, &text) != nil {
		text = string(given)
	}
	delete(c.params, name)
	return text
}

// appToken is the access token of the app. Empty without a secret.
func (s *Server) appToken() string {
	if s.opts.AppSecret == "" {
		return ""
	}
	return s.opts.AppID + "|" + s.opts.AppSecret
}

// tokenState compares the call's token with those that its edge takes.
func (s *Server) tokenState(c *call, takes tokens) journal.TokenState {
	switch {
	case takes == noTokens:
		return ""
	case c.token == "":
		return journal.TokenMissing
	case takes != appTokens && same(c.token, s.opts.PageToken),
		takes != pageTokens && same(c.token, s.appToken()):
		return journal.TokenRight
	}
	return journal.TokenWrong
}

// credentials refuses a call whose token is not one that its edge takes, or
// whose proof is wrong or missing; ok if neither is the case.
// https://developers.facebook.com/docs/graph-api/guides/secure-requests
func (s *Server) credentials(c *call, takes tokens) (refusal answer, ok bool) {
	switch {
	case takes == noTokens:
		return answer{}, true
	case c.x.Token != journal.TokenRight && takes == appTokens && same(c.token, s.opts.PageToken):
		return s.refuse(c, errorTable()["app-token-needed"], "the access token is the page's, and this edge takes the app's: APP_ID|APP_SECRET"), false
	case c.x.Token != journal.TokenRight:
		return s.invalidToken(c), false
	case c.proof != "" && s.opts.AppSecret != "" && !same(strings.ToLower(c.proof), proofOf(c.token, s.opts.AppSecret)):
		return s.refuse(c, errorTable()["invalid-proof"], "the appsecret_proof is not the HMAC-SHA256 of the access token with the app secret, in hex"), false
	case c.proof == "" && s.opts.RequireProof && c.token != s.appToken():
		return s.refuse(c, errorTable()["proof-needed"], "there is no appsecret_proof, and this app requires one"), false
	}
	return answer{}, true
}

// proofOf returns the appsecret_proof of an access token.
func proofOf(token, appSecret string) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write([]byte(token))
	return hex.EncodeToString(mac.Sum(nil))
}

// same reports whether a secret that was given is the right one, which must not
// be empty.
func same(given, right string) bool {
	return right != "" && hmac.Equal([]byte(given), []byte(right))
}
