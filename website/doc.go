// Package website is MTB Wiki's site: pages, forms, maps and charts rendered on
// the server, usable without JavaScript.
//
// It is a GraphQL client like any other (package gql) and a relying party of an
// OpenID Connect issuer. It knows no database, holds no rule of the wiki and
// checks no right: what a rider may do, the API decides, and the site shows the
// answer in words beside the field it belongs to. What it draws (difficulty
// axes, elevation profiles, maps) comes from package draw.
//
// # What a page is made of
//
// templates/layout.html is the frame, templates/_*.html are shared parts, every
// other file is a page and defines "content". A handler fills a struct that
// embeds Page and calls Site.render. Styles and scripts stand in static/ and are
// served under an address that carries their hash, for a year.
//
// # Sessions
//
// A session is an encrypted cookie (AES-256-GCM); the server keeps only a list
// of sessions that were ended before their time. See session.go.
package website
