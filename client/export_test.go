package client

// Strict has a client refuse answers with attributes that it does not know.
func Strict(c *Client) { c.strict = true }

// LongestWait is beyond what a client waits for.
const LongestWait = longestWait
