package frame

// Call is an example of a call of the API, to be copied into a terminal: what the template
// "bulk-call" shows.
type Call struct{ URL, Key, Secret string }

// Call makes an example with an access key and its secret.
func (p *Page) Call(key, secret string) Call { return Call{p.frame.PublicURL, key, secret} }
