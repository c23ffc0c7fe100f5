package website

// Static are the files that pages load, by the path they load them from, for whoever
// puts them nearer to readers. The site serves them itself as well.
func Static() (map[string][]byte, error) {
	a, err := loadAssets(embedded, false)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name, item := range a.items {
		files[a.url(name)] = item.data
	}
	return files, nil
}
