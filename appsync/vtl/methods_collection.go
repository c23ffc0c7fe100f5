package vtl

import (
	"fmt"
	"slices"
)

// itemBytes is what one more element of a list or map counts against the memory
// limit.
const itemBytes = 32

// void is the value of a method that returns nothing in Java: Velocity prints
// nothing for it.
const void = ""

func (r *run) mapMethod(m *Map, name string, args []Value) (Value, bool, error) {
	switch len(args) {
	case 0:
		switch name {
		case "size":
			return int64(m.Len()), true, nil
		case "isEmpty":
			return m.Len() == 0, true, nil
		case "keySet":
			return &mapView{m, viewKeys}, true, nil
		case "values":
			return &mapView{m, viewValues}, true, nil
		case "entrySet":
			return &mapView{m, viewEntries}, true, nil
		case "clear":
			m.Clear()
			return void, true, nil
		case "clone":
			return m.Copy(), true, r.charge(2 * itemBytes * m.Len())
		}
	case 1:
		a := args[0]
		switch name {
		case "get":
			v, _ := m.Get(a)
			return v, true, nil
		case "containsKey":
			_, ok := m.Get(a)
			return ok, true, nil
		case "containsValue":
			if err := r.work(m.Len()); err != nil {
				return nil, true, err
			}
			for _, v := range m.All() {
				if equal(v, a) {
					return true, true, nil
				}
			}
			return false, true, nil
		case "remove":
			if err := r.work(m.Len()); err != nil {
				return nil, true, err
			}
			return m.Remove(a), true, nil
		case "putAll":
			other, ok := a.(*Map)
			if a == nil {
				return nil, true, nullArgument(name)
			}
			if !ok {
				return nil, false, nil
			}
			if err := r.charge(2 * itemBytes * other.Len()); err != nil {
				return nil, true, err
			}
			for i := 0; i < other.Len(); i++ {
				m.Put(other.entries[i].key, other.entries[i].value)
			}
			return void, true, nil
		}
	case 2:
		switch name {
		case "put":
			if err := r.charge(2 * itemBytes); err != nil {
				return nil, true, err
			}
			return m.Put(args[0], args[1]), true, nil
		case "getOrDefault":
			if v, ok := m.Get(args[0]); ok {
				return v, true, nil
			}
			return args[1], true, nil
		case "putIfAbsent":
			if v, _ := m.Get(args[0]); v != nil {
				return v, true, nil
			}
			if err := r.charge(2 * itemBytes); err != nil {
				return nil, true, err
			}
			m.Put(args[0], args[1])
			return nil, true, nil
		case "replace":
			if _, ok := m.Get(args[0]); !ok {
				return nil, true, nil
			}
			return m.Put(args[0], args[1]), true, nil
		case "remove":
			v, ok := m.Get(args[0])
			if !ok || !equal(v, args[1]) {
				return false, true, nil
			}
			m.Remove(args[0])
			return true, true, nil
		}
	case 3:
		if name == "replace" {
			v, ok := m.Get(args[0])
			if !ok || !equal(v, args[1]) {
				return false, true, nil
			}
			m.Put(args[0], args[2])
			return true, true, nil
		}
	}
	return nil, false, nil
}

func contains(items []Value, v Value) bool {
	return slices.IndexFunc(items, func(x Value) bool { return equal(x, v) }) >= 0
}

func outOfBounds(i int64, n int) error {
	return fmt.Errorf("index %d is out of bounds for a list of %d", i, n)
}

// collection answers what lists, sets and other collections have in common.
func (r *run) collection(self Value, items []Value, name string, args []Value) (Value, bool, error) {
	switch len(args) {
	case 0:
		switch name {
		case "size":
			return int64(len(items)), true, nil
		case "isEmpty":
			return len(items) == 0, true, nil
		case "iterator":
			return &iterator{items: slices.Clone(items)}, true, r.charge(itemBytes * len(items))
		case "toArray":
			return newArray(slices.Clone(items)), true, r.charge(itemBytes * len(items))
		}
	case 1:
		switch name {
		case "contains":
			return contains(items, args[0]), true, r.work(len(items))
		case "containsAll":
			others, ok := elements(args[0])
			if !ok {
				return nil, false, nil
			}
			if err := r.work(len(items) * len(others)); err != nil {
				return nil, true, err
			}
			for _, v := range others {
				if !contains(items, v) {
					return false, true, nil
				}
			}
			return true, true, nil
		}
	}
	return nil, false, nil
}

func (r *run) listMethod(l *List, name string, args []Value) (Value, bool, error) {
	switch name {
	case "addAll", "removeAll", "retainAll", "containsAll":
		if n := len(args); n > 0 && args[n-1] == nil {
			return nil, true, nullArgument(name)
		}
	}
	if out, ok, err := r.collection(l, l.items, name, args); ok {
		return out, ok, err
	}
	n := len(l.items)
	if l.fixed {
		// An array: Velocity offers it as a list whose length cannot change.
		switch name {
		case "add", "addAll", "remove", "removeAll", "retainAll", "clear":
			return nil, true, fmt.Errorf("%s: an array cannot change its length (UnsupportedOperationException)", name)
		}
	}
	switch len(args) {
	case 0:
		switch name {
		case "clear":
			l.items = nil
			return void, true, nil
		case "clone":
			return NewList(slices.Clone(l.items)...), true, r.charge(itemBytes * n)
		case "listIterator":
			return &iterator{items: slices.Clone(l.items)}, true, r.charge(itemBytes * n)
		}
	case 1:
		a := args[0]
		switch name {
		case "get":
			i, ok := a.(int64)
			if !ok {
				return nil, false, nil
			}
			if i < 0 || i >= int64(n) {
				return nil, true, outOfBounds(i, n)
			}
			return l.items[i], true, nil
		case "add":
			l.items = append(l.items, a)
			return true, true, r.charge(itemBytes)
		case "addAll":
			others, ok := elements(a)
			if !ok {
				return nil, false, nil
			}
			if err := r.charge(itemBytes * len(others)); err != nil {
				return nil, true, err
			}
			l.items = append(l.items, others...)
			return len(others) > 0, true, nil
		case "indexOf":
			return int64(slices.IndexFunc(l.items, func(x Value) bool { return equal(x, a) })), true, r.work(n)
		case "lastIndexOf":
			for i := n - 1; i >= 0; i-- {
				if equal(l.items[i], a) {
					return int64(i), true, nil
				}
			}
			return int64(-1), true, r.work(n)
		case "remove":
			if err := r.work(n); err != nil {
				return nil, true, err
			}
			if i, ok := a.(int64); ok {
				if i < 0 || i >= int64(n) {
					return nil, true, outOfBounds(i, n)
				}
				old := l.items[i]
				l.items = slices.Delete(l.items, int(i), int(i)+1)
				return old, true, nil
			}
			i := slices.IndexFunc(l.items, func(x Value) bool { return equal(x, a) })
			if i >= 0 {
				l.items = slices.Delete(l.items, i, i+1)
			}
			return i >= 0, true, nil
		case "removeAll", "retainAll":
			others, ok := elements(a)
			if !ok {
				return nil, false, nil
			}
			if err := r.work(n * len(others)); err != nil {
				return nil, true, err
			}
			others = slices.Clone(others)
			l.items = slices.DeleteFunc(l.items, func(x Value) bool { return contains(others, x) == (name == "removeAll") })
			return len(l.items) != n, true, nil
		}
	case 2:
		i, ok := args[0].(int64)
		if !ok {
			return nil, false, nil
		}
		switch name {
		case "set":
			if i < 0 || i >= int64(n) {
				return nil, true, outOfBounds(i, n)
			}
			old := l.items[i]
			l.items[i] = args[1]
			return old, true, nil
		case "add":
			if i < 0 || i > int64(n) {
				return nil, true, outOfBounds(i, n)
			}
			if err := r.work(n); err != nil {
				return nil, true, err
			}
			l.items = slices.Insert(l.items, int(i), args[1])
			return void, true, r.charge(itemBytes)
		case "addAll":
			others, ok := elements(args[1])
			if !ok {
				return nil, false, nil
			}
			if i < 0 || i > int64(n) {
				return nil, true, outOfBounds(i, n)
			}
			if err := r.charge(itemBytes * len(others)); err != nil {
				return nil, true, err
			}
			l.items = slices.Insert(l.items, int(i), slices.Clone(others)...)
			return len(others) > 0, true, nil
		case "subList":
			j, ok := args[1].(int64)
			if !ok {
				return nil, false, nil
			}
			if i < 0 || j > int64(n) || i > j {
				return nil, true, fmt.Errorf("subList(%d, %d) is out of bounds for a list of %d", i, j, n)
			}
			return NewList(slices.Clone(l.items[i:j])...), true, r.charge(itemBytes * int(j-i))
		}
	}
	return nil, false, nil
}

func (r *run) viewMethod(v *mapView, name string, args []Value) (Value, bool, error) {
	if name == "size" || name == "isEmpty" {
		return r.collectionSize(v.m.Len(), name, args)
	}
	if v.kind == viewKeys && name == "contains" && len(args) == 1 {
		_, ok := v.m.Get(args[0])
		return ok, true, nil
	}
	if err := r.charge(itemBytes * v.m.Len()); err != nil {
		return nil, true, err
	}
	items := v.snapshot()
	if out, ok, err := r.collection(v, items, name, args); ok {
		return out, ok, err
	}
	switch {
	case name == "clear" && len(args) == 0:
		v.m.Clear()
		return void, true, nil
	case name == "add" || name == "addAll":
		return nil, true, fmt.Errorf("%s: nothing can be added to a view of a map (UnsupportedOperationException)", name)
	case name == "remove" && len(args) == 1:
		i := slices.IndexFunc(items, func(x Value) bool { return equal(x, args[0]) })
		if i < 0 {
			return false, true, r.work(len(items))
		}
		v.m.Remove(v.m.entries[i].key)
		return true, true, r.work(len(items))
	case (name == "removeAll" || name == "retainAll") && len(args) == 1:
		others, ok := elements(args[0])
		if !ok {
			return nil, false, nil
		}
		if err := r.work(len(items) * len(others)); err != nil {
			return nil, true, err
		}
		i := -1
		changed := v.m.keep(func(_, _ Value) bool {
			i++
			return contains(others, items[i]) == (name == "retainAll")
		})
		return changed, true, nil
	}
	return nil, false, nil
}

func (r *run) collectionSize(n int, name string, args []Value) (Value, bool, error) {
	if len(args) != 0 {
		return nil, false, nil
	}
	if name == "size" {
		return int64(n), true, nil
	}
	return n == 0, true, nil
}

func (r *run) entryMethod(e *entry, name string, args []Value) (Value, bool, error) {
	switch {
	case name == "getKey" && len(args) == 0:
		return e.key, true, nil
	case name == "getValue" && len(args) == 0:
		return e.value, true, nil
	case name == "setValue" && len(args) == 1:
		old := e.value
		e.value = args[0]
		e.m.Put(e.key, args[0])
		return old, true, nil
	}
	return nil, false, nil
}

func (r *run) iteratorMethod(it *iterator, name string, args []Value) (Value, bool, error) {
	if len(args) != 0 {
		return nil, false, nil
	}
	switch name {
	case "hasNext":
		return it.next < len(it.items), true, nil
	case "next":
		if it.next >= len(it.items) {
			return nil, true, fmt.Errorf("next: the iterator has no more elements (NoSuchElementException)")
		}
		it.next++
		return it.items[it.next-1], true, nil
	}
	return nil, false, nil
}
