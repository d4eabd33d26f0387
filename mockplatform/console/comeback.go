package console

import (
	"fmt"
	"html"
	"net/http"
)

const (
	// linkingParameter is in the address to which the log-in page of a bot leads back:
	// https://developers.facebook.com/docs/messenger-platform/identity/account-linking
	linkingParameter = "account_linking_token"
	// backParameter is in the address to which the page leads that comes between.
	backParameter = "back"
)

// comeback reports whether a request without the token is one to which the log-in page of
// a bot led, which has been answered then. A browser keeps the cookie from the requests that
// pages of other sites make it send (SameSite=Strict). So it gets a page of the console's
// own, which has nothing in it but where it leads: to the same address, and by a request
// that is the console's own. That comes once: who has no cookie gets 401 then.
//
// A page elsewhere can lead somebody to the console by it, and do nothing there: what it
// brings is taken only with a token that the console gave to the log-in page before.
func comeback(w http.ResponseWriter, r *http.Request) bool {
	query := r.URL.Query()
	if r.Method != http.MethodGet || r.URL.Path != "/" || !query.Has(linkingParameter) || query.Has(backParameter) {
		return false
	}
	query.Del(tokenParameter) // a wrong one
	query.Set(backParameter, "1")
	to := html.EscapeString("/?" + query.Encode())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	// A client that has gone away is its own concern.
	_, _ = fmt.Fprintf(w, `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="0;url=%s">
<title>Referee</title>
<p><a href="%[1]s">Back to the console</a></p>
</html>
`, to)
	return true
}
