package gql

import "github.com/mtbwiki/mtbwiki/entity"

// Connection is a page of a list, whatever it lists.
type Connection[T any] struct {
	Nodes    []T             `json:"nodes"`
	PageInfo entity.PageInfo `json:"pageInfo"`
	// TotalCount is counted up to a bound; TotalIsMore says that there are more.
	TotalCount  int  `json:"totalCount"`
	TotalIsMore bool `json:"totalIsMore"`
}
