package graphql

// preludeSDL declares what AppSync supplies to every schema: the GraphQL
// built-ins of the June 2018 specification (the generation AppSync runs), the
// AWS scalars, and the directives an AppSync schema may use. Source: AppSync
// developer guide, pages "scalars", "security-authz" and
// "aws-appsync-real-time-data".
const preludeSDL = `
"Built-in Int: whole numbers from -2^31 to 2^31-1."
scalar Int
"Built-in Float: double precision."
scalar Float
"Built-in String."
scalar String
"Built-in Boolean."
scalar Boolean
"Built-in ID: serialized as a String."
scalar ID

"A date YYYY-MM-DD, optionally with an offset."
scalar AWSDate
"A time hh:mm:ss.sss, optionally with an offset."
scalar AWSTime
"A date and time YYYY-MM-DDThh:mm:ss.sssZ; the offset is required."
scalar AWSDateTime
"Whole seconds since 1970-01-01T00:00Z, also negative."
scalar AWSTimestamp
"An email address local-part@domain-part (RFC 822)."
scalar AWSEmail
"A JSON text. Parsed before resolvers see it; serialized as a String."
scalar AWSJSON
"A phone number, with spaces or hyphens; without country code it is taken as a number of the United States."
scalar AWSPhone
"A URL with scheme (RFC 1738) and without double slashes in its path."
scalar AWSURL
"An IPv4 or IPv6 address, optionally with a CIDR suffix."
scalar AWSIPAddress

"Includes the field or fragment only when the argument is true."
directive @include(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
"Skips the field or fragment when the argument is true."
directive @skip(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
"Marks the field or enum value as deprecated."
directive @deprecated(reason: String = "No longer supported") on FIELD_DEFINITION | ENUM_VALUE
"Names the mutations that trigger a subscription field."
directive @aws_subscribe(mutations: [String]) on FIELD_DEFINITION
"Names the subscriptions that a mutation field triggers."
directive @aws_publish(subscriptions: [String]) on FIELD_DEFINITION
"Restricts a field to user pool groups (only with a user pool as the sole authorization mode)."
directive @aws_auth(cognito_groups: [String]) on FIELD_DEFINITION
"Allows callers with an API key."
directive @aws_api_key on OBJECT | FIELD_DEFINITION
"Allows callers signed with IAM credentials."
directive @aws_iam on OBJECT | FIELD_DEFINITION
"Allows callers with an OpenID Connect token."
directive @aws_oidc on OBJECT | FIELD_DEFINITION
"Allows callers accepted by the Lambda authorizer."
directive @aws_lambda on OBJECT | FIELD_DEFINITION
"Allows callers with a user pool token, optionally only of the named groups."
directive @aws_cognito_user_pools(cognito_groups: [String]) on OBJECT | FIELD_DEFINITION

"A GraphQL schema: its types, directives and entry points."
type __Schema {
  "A list of all types supported by this server."
  types: [__Type!]!
  "The type that query operations will be rooted at."
  queryType: __Type!
  "If this server supports mutation, the type that mutation operations will be rooted at."
  mutationType: __Type
  "A list of all directives supported by this server."
  directives: [__Directive!]!
  "If this server supports subscription, the type that subscription operations will be rooted at."
  subscriptionType: __Type
}
type __Type {
  kind: __TypeKind!
  name: String
  description: String
  fields(includeDeprecated: Boolean = false): [__Field!]
  interfaces: [__Type!]
  possibleTypes: [__Type!]
  enumValues(includeDeprecated: Boolean = false): [__EnumValue!]
  inputFields: [__InputValue!]
  ofType: __Type
}
type __Field {
  name: String!
  description: String
  args: [__InputValue!]!
  type: __Type!
  isDeprecated: Boolean!
  deprecationReason: String
}
type __InputValue {
  name: String!
  description: String
  type: __Type!
  defaultValue: String
}
type __EnumValue {
  name: String!
  description: String
  isDeprecated: Boolean!
  deprecationReason: String
}
type __Directive {
  name: String!
  description: String
  locations: [__DirectiveLocation!]!
  args: [__InputValue!]!
}
"An enum describing what kind of type a given __Type is."
enum __TypeKind {
  SCALAR
  OBJECT
  INTERFACE
  UNION
  ENUM
  INPUT_OBJECT
  LIST
  NON_NULL
}
"Where a directive may stand."
enum __DirectiveLocation {
  QUERY
  MUTATION
  SUBSCRIPTION
  FIELD
  FRAGMENT_DEFINITION
  FRAGMENT_SPREAD
  INLINE_FRAGMENT
  VARIABLE_DEFINITION
  SCHEMA
  SCALAR
  OBJECT
  FIELD_DEFINITION
  ARGUMENT_DEFINITION
  INTERFACE
  UNION
  ENUM
  ENUM_VALUE
  INPUT_OBJECT
  INPUT_FIELD_DEFINITION
}
`
