package conversation

import "encoding/json"

// Survey is a template customer_feedback:
// https://developers.facebook.com/docs/messenger-platform/send-messages/templates/customer-feedback-template
type Survey struct {
	Button  string   `json:"button,omitempty" doc:"What stands on the button that opens it"`
	Privacy string   `json:"privacy,omitempty" doc:"The address of the business's privacy policy"`
	Screens []Screen `json:"screens"`
}

// Screen is one page of a survey.
type Screen struct {
	Questions []Question `json:"questions"`
}

// Question is answered by a number and, where it has a follow-up, by words.
type Question struct {
	ID       string `json:"id"`
	Type     string `json:"type" doc:"csat, nps or ces"`
	Title    string `json:"title"`
	Label    string `json:"label,omitempty" doc:"Its score_label"`
	Option   string `json:"option,omitempty" doc:"Its score_option"`
	FollowUp string `json:"follow_up,omitempty" doc:"The type of the follow-up, free_form; empty for none"`
	Hint     string `json:"hint,omitempty" doc:"What stands in its field"`
}

func survey(text json.RawMessage) *Survey {
	var in struct {
		Button  loose `json:"button_title"`
		Privacy struct {
			URL loose `json:"url"`
		} `json:"business_privacy"`
		Screens list[struct {
			Questions list[struct {
				ID       loose `json:"id"`
				Type     loose `json:"type"`
				Title    loose `json:"title"`
				Label    loose `json:"score_label"`
				Option   loose `json:"score_option"`
				FollowUp struct {
					Type loose `json:"type"`
					Hint loose `json:"placeholder"`
				} `json:"follow_up"`
			}] `json:"questions"`
		}] `json:"feedback_screens"`
	}
	parse(text, &in)
	s := &Survey{Button: string(in.Button), Privacy: string(in.Privacy.URL), Screens: []Screen{}}
	for _, screen := range in.Screens {
		shown := Screen{Questions: []Question{}}
		for _, q := range screen.Questions {
			shown.Questions = append(shown.Questions, Question{
				ID: string(q.ID), Type: string(q.Type), Title: string(q.Title), Label: string(q.Label), Option: string(q.Option),
				FollowUp: string(q.FollowUp.Type), Hint: string(q.FollowUp.Hint),
			})
		}
		s.Screens = append(s.Screens, shown)
	}
	return s
}
