// Package tickler holds the nouns and rules of the task service: what a task, a reminder and a user are, and what may
// become of them. It knows nothing of SQL, JSON or HTTP and imports the standard library only.
package tickler
