package draw

import (
	"html/template"
	"strings"
)

// Symbol draws the sign of a label on the common (IMBA) scale. Shape and colour
// both tell it: white circle, green circle, blue square, black diamond, two
// black diamonds, orange diamond pair for pro lines. Anything else is a dashed
// ring: not graded. The sign is decoration: the caller writes its name beside.
func Symbol(label string) template.HTML {
	var s svg
	code := Code(label)
	width := "24"
	if code == "double-black" || code == "pro-line" {
		width = "34"
	}
	s.add(`<svg class="sym sym-`, code, `" viewBox="0 0 `, width, ` 24" width="`, width, `" height="24" aria-hidden="true" focusable="false">`)
	switch code {
	case "white", "green":
		s.add(`<circle cx="12" cy="12" r="8.5"/>`)
	case "blue":
		s.add(`<rect x="4" y="4" width="16" height="16" rx="1"/>`)
	case "black", "red":
		s.add(`<path d="M12 1.5 22.5 12 12 22.5 1.5 12z"/>`)
	case "double-black", "pro-line":
		s.add(`<path d="M10.5 3 19.5 12l-9 9-9-9z"/><path d="M23.5 3l9 9-9 9-9-9z"/>`)
	default:
		s.add(`<circle cx="12" cy="12" r="8.5"/><path d="M9.4 9.4c.2-3.2 5.4-3.1 5.3.1 0 2.2-2.6 2.1-2.6 4.4M12.1 16.6v.4" class="q"/>`)
	}
	s.add(`</svg>`)
	return s.html()
}

// Code is the common label in the spelling of the stylesheet's classes; "none"
// when it is not one of the scale.
func Code(label string) string {
	code := strings.ReplaceAll(strings.ToLower(label), "_", "-")
	if i := strings.LastIndexByte(code, ':'); i >= 0 {
		code = code[i+1:]
	}
	switch code {
	case "white", "green", "blue", "black", "red", "double-black", "pro-line":
		return code
	case "pro", "proline":
		return "pro-line"
	case "doubleblack", "black-diamond-double":
		return "double-black"
	}
	return "none"
}
