package graph

import (
	"slices"
	"strings"
)

const (
	conversationKind = "UnifiedThread"
	messageKind      = "Message"
)

// graphTime is how the Graph API writes a time.
const graphTime = "2006-01-02T15:04:05-0700"

// conversation is what a page and somebody said to each other, the newest first.
type conversation struct {
	id        string
	person    string
	instagram bool
	messages  []said
}

// conversations returns all conversations, the one with the newest message
// first.
func (s *Server) conversations() []conversation {
	var all []conversation
	for _, one := range slices.Backward(s.history()) {
		i := slices.IndexFunc(all, func(c conversation) bool { return c.person == one.person && c.instagram == one.instagram })
		if i < 0 {
			i = len(all)
			about := ids{seed: s.opts.Seed}
			label := "conversation with " + one.person
			if one.instagram {
				label += " on Instagram"
			}
			all = append(all, conversation{id: "t_" + about.object(label), person: one.person, instagram: one.instagram})
		}
		all[i].messages = append(all[i].messages, one)
	}
	return all
}

// listConversations is GET /{page}/conversations, the Conversations API:
// https://developers.facebook.com/docs/messenger-platform/conversations
//
// On Instagram, platform=instagram, people have a username in the place of a name.
func (s *Server) listConversations(c *call) answer {
	return s.list(c, s.conversationList(c, c.param))
}

func (s *Server) conversationList(c *call, arg func(name string) string) listing {
	l := listing{path: s.opts.PageID + "/conversations", fallback: []string{"link", "updated_time"}}
	for _, one := range s.conversations() {
		if user := arg("user_id"); user != "" && user != one.person || one.instagram != strings.EqualFold(arg("platform"), "instagram") {
			continue
		}
		l.nodes = append(l.nodes, s.conversationNode(c, one))
	}
	return l
}

// readConversation is GET /{conversation-id}.
func (s *Server) readConversation(c *call) answer {
	for _, one := range s.conversations() {
		if one.id == c.path[0] {
			return s.node(c, s.conversationNode(c, one), "link", "updated_time")
		}
	}
	return s.unsupportedRequest(c)
}

// listMessages is GET /{conversation-id}/messages.
func (s *Server) listMessages(c *call) answer {
	for _, one := range s.conversations() {
		if one.id == c.path[0] {
			return s.list(c, s.messageList(c, one))
		}
	}
	return s.unsupportedRequest(c)
}

// readMessage is GET /{message-id}.
func (s *Server) readMessage(c *call) answer {
	for _, one := range s.conversations() {
		for _, m := range one.messages {
			if m.mid == c.path[0] {
				return s.node(c, s.messageNode(c, one, m), "created_time")
			}
		}
	}
	return s.unsupportedRequest(c)
}

func (s *Server) conversationNode(c *call, one conversation) node {
	last := one.messages[0]
	people := map[string]any{"data": []any{s.party(one, false), s.party(one, true)}}
	return node{
		kind: conversationKind, id: one.id,
		values: map[string]any{
			"link":         "/" + s.opts.PageID + "/inbox/" + strings.TrimPrefix(one.id, "t_") + "/?section=messages",
			"updated_time": last.at.UTC().Format(graphTime), "participants": people, "senders": people,
			"message_count": len(one.messages), "unread_count": 0, "snippet": last.text, "can_reply": true, "is_subscribed": true,
		},
		edges: map[string]func(field) (any, error){
			"messages": func(f field) (any, error) { return c.expand(s.messageList(c, one), f) },
		},
	}
}

func (s *Server) messageList(c *call, one conversation) listing {
	l := listing{path: one.id + "/messages", fallback: []string{"created_time"}}
	for _, m := range one.messages {
		l.nodes = append(l.nodes, s.messageNode(c, one, m))
	}
	return l
}

func (s *Server) messageNode(c *call, one conversation, m said) node {
	values := map[string]any{
		"created_time": m.at.UTC().Format(graphTime), "message": m.text, "thread_id": one.id,
		"from": s.party(one, m.fromPage), "to": map[string]any{"data": []any{s.party(one, !m.fromPage)}},
	}
	if files := attachmentsOf(c, m); len(files) > 0 {
		values["attachments"] = map[string]any{"data": files}
	}
	return node{kind: messageKind, id: m.mid, values: values}
}

// party is one side of a conversation.
func (s *Server) party(one conversation, isPage bool) map[string]any {
	id, name, username := one.person, "", ""
	if isPage {
		id = s.opts.PageID
		name, _ = aboutPage().Page["name"].(string)
		username, _ = aboutPage().Page["username"].(string)
	} else {
		p := s.Person(one.person)
		name, username = p.Name, p.Username
	}
	if one.instagram {
		return map[string]any{"id": id, "username": username}
	}
	return map[string]any{"id": id, "name": name, "email": id + "@facebook.com"}
}

// attachmentsOf are the files of a message as conversations show them. Those that
// have no URL, such as templates, are left out.
func attachmentsOf(c *call, m said) (files []any) {
	for i, file := range m.files {
		kind, url := textOf(member(file, "type")), textOf(member(file, "payload", "url"))
		if url == "" {
			continue
		}
		shown := map[string]any{"id": ids{seed: c.seed}.object("file " + string(rune('0'+i)) + " of " + m.mid)}
		switch kind {
		case "image":
			shown["mime_type"], shown["image_data"] = "image/jpeg", map[string]any{"url": url, "preview_url": url}
		case "video":
			shown["mime_type"], shown["video_data"] = "video/mp4", map[string]any{"url": url, "preview_url": url}
		default:
			shown["mime_type"], shown["file_url"] = "application/octet-stream", url
		}
		files = append(files, shown)
	}
	return files
}
