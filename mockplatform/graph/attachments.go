package graph

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
)

// uploadAttachment is POST /me/message_attachments, by URL or with a file in a
// form in parts:
// https://developers.facebook.com/docs/messenger-platform/reference/attachment-upload-api
//
// Nothing is fetched.
func (s *Server) uploadAttachment(c *call) answer {
	if err := schemas.Validate("message-attachment.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	attachment := attachmentOf(c.objectParam("message"))
	if refusal, ok := s.source(c, attachment); !ok {
		return refusal
	}
	id, err := s.keep(c, attachment)
	if err != nil {
		return unkept(err)
	}
	return s.added(c, map[string]string{"attachment_id": id}, func(m *memory) { m.give(id) })
}

// source refuses a call whose attachment comes from nowhere, or from what cannot
// be fetched; ok if it comes from a URL or is in the form.
func (s *Server) source(c *call, attachment object) (refusal answer, ok bool) {
	switch source := payloadOf(attachment)["url"]; {
	case source == nil && c.file == nil:
		return s.invalidParameter(c, "/message/attachment/payload: there is neither a url in it nor a file in the form"), false
	case source != nil && !isWebAddress(idOf(source)):
		return s.fetchFailed(c, idOf(source)), false
	case source == nil && isOtherMedia(c.file.contentType, idOf(attachment["type"])):
		return s.refuse(c, errorTable()["wrong-media"], fmt.Sprintf("the file in the form is %s, and the type of the attachment is %s", c.file.contentType, idOf(attachment["type"]))), false
	}
	return answer{}, true
}

// isOtherMedia reports whether a file is of other media than an attachment of this type is.
func isOtherMedia(contentType, kind string) bool {
	media, _, _ := strings.Cut(contentType, "/")
	known := []string{"image", "audio", "video"}
	return slices.Contains(known, media) && slices.Contains(known, kind) && media != kind
}

// unkept refuses a call whose file cannot be kept.
func unkept(err error) answer {
	return plain(http.StatusInsufficientStorage, "the call was not carried out: "+err.Error())
}

// keep remembers an attachment, and returns its id.
func (s *Server) keep(c *call, attachment object) (id string, err error) {
	payload := payloadOf(attachment)
	up := upload{
		ID: c.object("attachment"), Type: idOf(attachment["type"]), URL: idOf(payload["url"]),
		Reusable: isSet(payload["is_reusable"]), At: c.x.At, Exchange: c.x.Seq,
	}
	var data []byte
	if c.file != nil && up.URL == "" {
		up.Name, up.ContentType, up.Size, data = c.file.name, c.file.contentType, len(c.file.data), c.file.data
	}
	return up.ID, s.uploads.keep(up, data)
}

// sentFile checks the attachment of a message, if it has one that is a file, and
// remembers it. id is empty if it was there before, or if there is none.
func (s *Server) sentFile(c *call) (id string, refusal answer, ok bool) {
	message := c.objectParam("message")
	for _, one := range objects(message["attachments"]) {
		if url := payloadOf(one)["url"]; url != nil && !isWebAddress(idOf(url)) {
			return "", s.fetchFailed(c, idOf(url)), false
		}
	}
	attachment := attachmentOf(message)
	if !slices.Contains([]string{"image", "audio", "video", "file"}, idOf(attachment["type"])) {
		return "", answer{}, true
	}
	// Every number is the id of an attachment: it may have been uploaded before
	// this process began, as reusable ones are.
	if id := idOf(payloadOf(attachment)["attachment_id"]); id != "" {
		if !isNumber(id) {
			return "", s.invalidAttachment(c, id), false
		}
		return "", answer{}, true
	}
	if refusal, ok := s.source(c, attachment); !ok {
		return "", refusal, false
	}
	id, err := s.keep(c, attachment)
	if err != nil {
		return "", unkept(err), false
	}
	return id, answer{}, true
}

// invalidAttachment: a message names an attachment by what cannot be its id.
func (s *Server) invalidAttachment(c *call, id string) answer {
	return s.refuse(c, errorTable()["attachment-nobody-uploaded"], fmt.Sprintf("the attachment_id %q is not a number", id))
}

// fetchFailed: a file is to be taken from what is not the URL of one.
func (s *Server) fetchFailed(c *call, url string) answer {
	return s.refuse(c, errorTable()["fetch-failed"], fmt.Sprintf("the URL %q of the attachment is not an absolute one of http or https", url))
}

func isWebAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
