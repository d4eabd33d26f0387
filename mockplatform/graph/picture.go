package graph

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strings"
)

const (
	// picturePath is where the platform serves pictures of people and of the page.
	picturePath = ownPath + "pictures/"

	// pictureSide is how many pixels a picture has on each side.
	pictureSide = 100
)

// pictureURL is where the picture of somebody is, for a call that came to this
// address: a receiver fetches it where it reached the platform.
func pictureURL(base, id string) string { return base + picturePath + id + ".png" }

// PicturePath is where the picture of somebody is on the platform.
func PicturePath(id string) string { return pictureURL("", id) }

// picture is GET /{id}/picture: to where it is, or with redirect=0 where that is.
// https://developers.facebook.com/docs/graph-api/reference/user/picture
func (s *Server) picture(c *call) answer {
	id := c.path[0]
	if id == "me" {
		id = s.opts.PageID
	}
	url := pictureURL(c.base, id)
	if redirect := c.param("redirect"); redirect == "0" || strings.Trim(string(c.params["redirect"]), `"`) == "false" {
		return s.reply(c, pictureNode(url))
	}
	a := s.reply(c, map[string]any{})
	a.status, a.body = http.StatusFound, nil
	a.header.Set("Location", url)
	a.header.Del("Content-Type")
	return a
}

// pictureNode is a picture as a document has it.
func pictureNode(url string) map[string]any {
	return map[string]any{"data": map[string]any{"height": pictureSide, "width": pictureSide, "is_silhouette": false, "url": url}}
}

// servePicture answers with the picture of an id, in the platform's own name. It
// is of nobody: coloured fields, as symmetrical as a face, the same for the same id.
func (s *Server) servePicture(id string) answer {
	if !isNumber(id) {
		return plain(http.StatusNotFound, "a picture has the name "+picturePath+"ID.png")
	}
	var out bytes.Buffer
	if err := png.Encode(&out, s.portrait(id)); err != nil {
		return plain(http.StatusInternalServerError, "cannot draw the picture: "+err.Error())
	}
	return answer{status: http.StatusOK, body: out.Bytes(), header: http.Header{
		"Content-Type":                {"image/png"},
		"Access-Control-Allow-Origin": {"*"},
	}}
}

// portrait draws 5 times 5 fields, with the left side like the right one.
func (s *Server) portrait(id string) image.Image {
	bits := ids{seed: s.opts.Seed}.number("picture of " + id)
	// Neither so light nor so dark that the fields cannot be told from the ground.
	tone := func(shift int) uint8 { return uint8(64 + bits>>shift&127) }
	img := image.NewPaletted(image.Rect(0, 0, pictureSide, pictureSide), color.Palette{
		color.White, color.RGBA{tone(40), tone(48), tone(56), 255},
	})
	const field = pictureSide / 5
	for y := range pictureSide {
		for x := range pictureSide {
			column := min(x/field, 4-x/field)
			img.SetColorIndex(x, y, uint8(bits>>(y/field*3+column)&1))
		}
	}
	return img
}
