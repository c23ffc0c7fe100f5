import * as React from 'react';
import { createRoot } from 'react-dom/client';
import { GraphiQL } from 'graphiql';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import 'graphiql/graphiql.css';

const root = document.getElementById('graphiql');
const fetcher = createGraphiQLFetcher({ url: new URL(root.dataset.endpoint, location.href).href });
createRoot(root).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultHeaders: root.dataset.headers || undefined,
    defaultQuery: root.dataset.query || undefined,
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
  }),
);
