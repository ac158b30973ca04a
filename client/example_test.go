package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"tickler/client"
)

// service is a fake service that the examples run against: it has one answer for each call,
// whatever it is sent. It runs until the tests end.
func service(answers map[string]string) (url string) {
	mux := http.NewServeMux()
	for operation, answer := range answers {
		mux.HandleFunc("/v2/"+operation, func(w http.ResponseWriter, _ *http.Request) {
			if operation == "Task.svc/Update" {
				w.WriteHeader(http.StatusBadRequest)
			}
			fmt.Fprint(w, answer)
		})
	}
	return httptest.NewServer(mux).URL
}

var (
	made  = `{"Status":"Success","Message":{"Id":"01a1ffaf-64a0-793d-a518-41af49ab0498"}}`
	queue = `{"Status":"Success","Message":{"Id":"01a1ffaf-64a0-793d-a518-41af49ab0499","IsSuccessful":true,"Message":"Your request to create 2 task(s) has been queued."}}`
	shown = `{"UserTaskId":"01a1ffaf-64a0-793d-a518-41af49ab0498","Name":"Call Ada back","Status":"Pending","EndDate":"2026-11-21 23:59:59.000"}`
)

func Example() {
	url := service(map[string]string{"Task.svc/Create": made, "Task.svc/Retrieve.GetById": "[" + shown + "]"})

	c, err := client.New(url, "HRJTI3LKXW7Y6Z7E757N2O3FHO", "NUJ4OBZK7URVQORUYTLADTKEVEISFGCTA4M3HQ5MYWME2D6UKYMS")
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	id, err := c.CreateTask(ctx, client.TaskDraft{
		Name:     "Call Ada back",
		DueDate:  client.At(time.Date(2026, 11, 21, 10, 30, 0, 0, time.UTC)),
		Reminder: new(15), // minutes before
		NotifyBy: client.NotifyByEmail,
		TaskType: client.TaskTypeName{Name: "To-Do"},
	})
	if err != nil {
		log.Fatal(err)
	}
	task, found, err := c.Task(ctx, id)
	fmt.Println(task.Name, "is", task.Status, "until", task.EndDate, found, err)
	// Output: Call Ada back is Pending until 2026-11-21 23:59:59 +0000 UTC true <nil>
}

func ExampleClient_AllTasks() {
	url := service(map[string]string{"Task.svc/Retrieve": `{"RecordCount":1,"List":[` + shown + `]}`})
	c, err := client.New(url, "access", "secret")
	if err != nil {
		log.Fatal(err)
	}
	open := client.TaskSearch{OwnerEmailAddress: "mia@example.com", StatusCode: new(client.Open)}
	for task, err := range c.AllTasks(context.Background(), open) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(task.Name)
	}
	// Output: Call Ada back
}

func ExampleClient_WaitForBulk() {
	url := service(map[string]string{"Task.svc/Bulk/Create": queue, "Task.svc/Bulk/Status": `{"Status":"Partial Success","TasksCount":2,"Tasks":[
		{"RowNumber":1,"Status":"Success","UserTaskId":"01a1ffaf-64a0-793d-a518-41af49ab0498","Name":"Meeting"},
		{"RowNumber":2,"Status":"Failure","Name":"Document Collection","ExceptionMessage":"The Owner 'vir@example.com' does not exist in the system"}]}`})
	c, err := client.New(url, "access", "secret")
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	queued, err := c.CreateTasks(ctx, client.BulkTasks{TaskList: []client.TaskDraft{
		{Name: "Meeting", TaskType: client.TaskTypeName{Name: "Meeting"}},
		{Name: "Document Collection", OwnerEmailAddress: "vir@example.com"},
	}})
	if err != nil {
		log.Fatal(err)
	}
	done, err := c.WaitForBulk(ctx, queued.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(done.Status)
	for _, row := range done.Tasks {
		fmt.Printf("%d %s %q\n", row.RowNumber, row.Status, row.ExceptionMessage)
	}
	// Output:
	// Partial Success
	// 1 Success ""
	// 2 Failure "The Owner 'vir@example.com' does not exist in the system"
}

func ExampleError() {
	url := service(map[string]string{
		"Task.svc/Update": `{"Status":"Error","ExceptionType":"MXInvalidEntityException","ExceptionMessage":"The Owner 'vir@example.com' does not exist in the system"}`,
	})
	c, err := client.New(url, "access", "secret")
	if err != nil {
		log.Fatal(err)
	}
	_, err = c.UpdateTask(context.Background(), "01a1ffaf-64a0-793d-a518-41af49ab0498", client.TaskDraft{OwnerEmailAddress: "vir@example.com"})
	if refused, ok := errors.AsType[*client.Error](err); ok && refused.ExceptionType == client.InvalidEntity {
		fmt.Println(refused.Message)
	}
	// Output: The Owner 'vir@example.com' does not exist in the system
}
