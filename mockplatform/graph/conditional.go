package graph

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// tagged gives an answer its ETag, and leaves the body out if the client has that
// one already.
// https://developers.facebook.com/docs/marketing-api/best-practices/etag
func tagged(c *call, a answer) answer {
	if c.method != http.MethodGet || a.status != http.StatusOK {
		return a
	}
	sum := sha256.Sum256(a.body)
	tag := `"` + hex.EncodeToString(sum[:20]) + `"`
	a.header["ETag"] = []string{tag}
	for name := range strings.SplitSeq(c.x.Request.Header.Get("If-None-Match"), ",") {
		if name = strings.TrimPrefix(strings.TrimSpace(name), "W/"); name == tag {
			a.status, a.body = http.StatusNotModified, nil
			a.header.Del("Content-Type")
			return a
		}
	}
	return a
}

// acceptsGzip reports whether a client takes a body that is compressed.
func acceptsGzip(r *http.Request) bool {
	return slices.ContainsFunc(strings.Split(r.Header.Get("Accept-Encoding"), ","), func(coding string) bool {
		name, quality, _ := strings.Cut(strings.TrimSpace(coding), ";")
		quality = strings.ReplaceAll(quality, " ", "")
		return strings.EqualFold(strings.TrimSpace(name), "gzip") && quality != "q=0" && !strings.HasPrefix(quality, "q=0.000")
	})
}

var compressors = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // a level that there is
	return w
}}

// compressed writes a body as a client that accepts gzip gets it.
func compressed(w io.Writer, body []byte) error {
	z := compressors.Get().(*gzip.Writer)
	defer compressors.Put(z)
	z.Reset(w)
	if _, err := z.Write(body); err != nil {
		return err
	}
	return z.Close()
}
