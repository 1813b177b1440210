"""A small Resource Manager: expands a template to the resources it would make, with every expression worked out.

It knows the functions that azuredeploy.json uses, nested deployments with their outputs, loops and conditions, and fails
on anything else, on an undeclared name, a value of the wrong type, and a reference to what does not exist yet.
"""

import json
import re
import uuid

TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+)|(?P<name>[A-Za-z_]\w*)|(?P<sign>[()\[\],.]))")
TYPES = {"string": str, "int": int, "bool": bool, "object": dict, "array": list}
NAMESPACE = uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")


class Wrong(Exception):
    """The template is."""


class Azure:
    """What is there: a subscription, and the resources made so far, by id."""

    def __init__(self, subscription="00000000-0000-0000-0000-0000000000aa", location="westeurope"):
        self.subscription, self.location = subscription, location
        self.made = {}

    def deploy(self, template, parameters=None, scope=None, **given):
        """Expands a template; gives its outputs."""
        return Deployment(self, template, parameters or given, scope or f"/subscriptions/{self.subscription}").run()

    def answers(self, kind, name, properties):
        """What Azure itself would fill in, as far as the templates ask for it."""
        filled = {
            "Microsoft.ManagedIdentity/userAssignedIdentities": {
                "clientId": str(uuid.uuid5(NAMESPACE, name + "client")), "principalId": str(uuid.uuid5(NAMESPACE, name))},
            "Microsoft.Storage/storageAccounts": {"primaryEndpoints": {
                "blob": f"https://{name}.blob.core.windows.net/", "queue": f"https://{name}.queue.core.windows.net/"}},
            "Microsoft.Insights/components": {
                "ConnectionString": "IngestionEndpoint=https://westeurope-1.in.applicationinsights.azure.com/"},
            "Microsoft.Web/sites": {"defaultHostName": f"{name}.azurewebsites.net"},
        }
        return (properties if isinstance(properties, dict) else {}) | filled.get(kind, {})


class Deployment:
    def __init__(self, azure, template, given, scope):
        self.azure, self.template, self.scope = azure, template, scope
        self.copies = {}
        declared = template.get("parameters", {})
        if set(given) - set(declared):
            raise Wrong(f"parameters that are not declared: {set(given) - set(declared)}")
        self.parameters = {}
        for name, parameter in declared.items():
            if name not in given and "defaultValue" not in parameter:
                raise Wrong(f"no value for the parameter {name}")
            value = given[name] if name in given else self.value(parameter["defaultValue"])
            self.check(name, parameter, value)
            self.parameters[name] = value
        self.variables = template.get("variables", {})

    @staticmethod
    def check(name, parameter, value):
        kind = TYPES[parameter["type"]]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise Wrong(f"{name} is {value!r}, expected {parameter['type']}")
        if "allowedValues" in parameter and value not in parameter["allowedValues"]:
            raise Wrong(f"{name} is {value!r}, expected one of {parameter['allowedValues']}")
        size = len(value) if isinstance(value, (str, list)) else value
        for limit, bad in (("minLength", lambda at: size < at), ("maxLength", lambda at: size > at),
                           ("minValue", lambda at: size < at), ("maxValue", lambda at: size > at)):
            if limit in parameter and bad(parameter[limit]):
                raise Wrong(f"{name} is {value!r}, {limit} {parameter[limit]}")

    def run(self):
        todo = []
        for resource in self.template["resources"]:
            if "copy" in resource:
                count = self.value(resource["copy"]["count"])
                todo += [(resource, index) for index in range(count)]
            else:
                todo.append((resource, None))
        # In the order of their dependencies: what is not made yet cannot be referred to.
        skipped, names = set(), {self.id_of(resource, index) for resource, index in todo}
        while todo:
            for at, (resource, index) in enumerate(todo):
                self.copies = {None: index}
                needs = {self.value(one) for one in resource.get("dependsOn", [])}
                if needs - names:
                    raise Wrong(f"depends on what is not here: {needs - names}")
                if all(one in self.azure.made or one in skipped for one in needs):
                    break
            else:
                raise Wrong("resources that wait for each other")
            del todo[at]
            self.copies = {None: index}
            if not self.value(resource.get("condition", True)):
                skipped.add(self.id_of(resource, index))
                continue
            self.make(resource, index)
        self.copies = {}
        return {name: self.checked_output(name, one) for name, one in self.template.get("outputs", {}).items()}

    def checked_output(self, name, output):
        value = self.value(output["value"])
        self.check(name, {"type": output["type"]}, value)
        return value

    def id_of(self, resource, index):
        self.copies = {None: index}
        name, kind = self.value(resource["name"]), resource["type"]
        if kind == "Microsoft.Resources/resourceGroups":
            return f"{self.scope}/resourceGroups/{name}"
        scope = self.value(resource["scope"]) if "scope" in resource else self.scope_of(resource)
        return id_under(scope, kind, name.split("/"))

    def scope_of(self, resource):
        if "resourceGroup" in resource:
            return f"{self.scope}/resourceGroups/{self.value(resource['resourceGroup'])}"
        if "subscriptionId" in resource:
            return f"/subscriptions/{self.value(resource['subscriptionId'])}"
        return self.scope

    def make(self, resource, index):
        where = self.id_of(resource, index)
        if where in self.azure.made:
            raise Wrong(f"made twice: {where}")
        if resource["type"] == "Microsoft.Resources/deployments":
            given = {name: self.value(one["value"]) for name, one in resource["properties"]["parameters"].items()}
            outputs = self.azure.deploy(resource["properties"]["template"], given, self.scope_of(resource))
            self.azure.made[where] = {"outputs": {name: {"value": value} for name, value in outputs.items()}}
            return
        left_out = ("copy", "condition", "dependsOn", "scope")
        body = {self.value(key): self.value(value) for key, value in resource.items() if key not in left_out}
        body["properties"] = self.azure.answers(resource["type"], body["name"], body.get("properties", {}))
        self.azure.made[where] = body

    # Values and expressions

    def value(self, value):
        if isinstance(value, dict):
            out = {self.value(key): self.value(inner) for key, inner in value.items() if key != "copy"}
            for copy in value.get("copy", []):
                items = []
                for index in range(self.value(copy["count"])):
                    self.copies[copy["name"]] = index
                    items.append(self.value(copy["input"]))
                out[copy["name"]] = items
            return out
        if isinstance(value, list):
            return [self.value(inner) for inner in value]
        if not isinstance(value, str) or not value.startswith("["):
            return value
        if value.startswith("[["):
            return value[1:]
        if not value.endswith("]"):
            raise Wrong(f"an expression without its end: {value}")
        tokens = self.tokens(value[1:-1])
        result, rest = self.expression(tokens)
        if rest:
            raise Wrong(f"more than an expression: {value}")
        return result

    @staticmethod
    def tokens(text):
        tokens, at = [], 0
        while at < len(text):
            match = TOKEN.match(text, at)
            if not match:
                raise Wrong(f"cannot read {text[at:]!r}")
            tokens.append((match.lastgroup, match.group(match.lastgroup)))
            at = match.end()
        return tokens

    def expression(self, tokens):
        (kind, text), tokens = tokens[0], tokens[1:]
        if kind == "text":
            result = text[1:-1].replace("''", "'")
        elif kind == "number":
            result = int(text)
        elif kind == "name" and tokens and tokens[0] == ("sign", "("):
            arguments, tokens = self.arguments(tokens[1:])
            result = self.call(text, arguments)
        else:
            raise Wrong(f"unexpected {text}")
        while tokens and tokens[0][1] in ".[":
            sign, tokens = tokens[0][1], tokens[1:]
            if sign == ".":
                key, tokens = tokens[0][1], tokens[1:]
            else:
                key, tokens = self.expression(tokens)
                if tokens[0] != ("sign", "]"):
                    raise Wrong("a bracket that does not close")
                tokens = tokens[1:]
            try:
                result = result[key]
            except (KeyError, IndexError, TypeError) as error:
                raise Wrong(f"no {key!r} in {json.dumps(result)[:200]}") from error
        return result, tokens

    def arguments(self, tokens):
        arguments = []
        while tokens[0] != ("sign", ")"):
            value, tokens = self.expression(tokens)
            arguments.append(value)
            if tokens[0] == ("sign", ","):
                tokens = tokens[1:]
        return arguments, tokens[1:]

    def call(self, name, arguments):
        method = getattr(self, "call_" + name, None)
        if method is None:
            raise Wrong(f"a function that is not known: {name}")
        return method(*arguments)

    def call_parameters(self, name):
        if name not in self.parameters:
            raise Wrong(f"no parameter {name}")
        return self.parameters[name]

    def call_variables(self, name):
        if name not in self.variables:
            raise Wrong(f"no variable {name}")
        return self.value(self.variables[name])

    def call_format(self, pattern, *values):
        for value in values:
            if not isinstance(value, (str, int)) or isinstance(value, bool):
                raise Wrong(f"format of {value!r}")
        return pattern.format(*values)

    def call_copyIndex(self, name=None):
        return self.copies[name]

    def call_subscription(self):
        subscription = self.scope.split("/")[2]
        return {"id": f"/subscriptions/{subscription}", "subscriptionId": subscription}

    def call_managementGroup(self):
        return {"id": self.scope, "name": self.scope.rsplit("/", 1)[-1]}

    def call_deployment(self):
        return {"location": self.azure.location}

    def call_resourceId(self, kind, *names):
        return id_under(self.scope, kind, names)

    def call_subscriptionResourceId(self, kind, *names):
        scope = "/".join(self.scope.split("/")[:3])
        if kind == "Microsoft.Resources/resourceGroups":
            return f"{scope}/resourceGroups/{names[0]}"
        return id_under(scope, kind, names)

    def call_extensionResourceId(self, scope, kind, *names):
        return id_under(scope, kind, names)

    def call_reference(self, where, _version):
        if where not in self.azure.made:
            raise Wrong(f"refers to what is not made yet: {where}")
        made = self.azure.made[where]
        return made["properties"] if "properties" in made else made

    def call_if(self, condition, one, other):
        if not isinstance(condition, bool):
            raise Wrong(f"if of {condition!r}")
        return one if condition else other

    def call_union(self, *objects):
        return {key: value for one in objects for key, value in one.items()}

    def call_createObject(self, *parts):
        return dict(zip(parts[::2], parts[1::2], strict=True))

    def call_createArray(self, *items):
        return list(items)

    def call_array(self, item):
        return [item]

    def call_empty(self, value):
        return len(value) == 0

    def call_length(self, value):
        return len(value)

    def call_add(self, one, other):
        return one + other

    def call_null(self):
        return None

    def call_replace(self, text, old, new):
        return text.replace(old, new)

    def call_guid(self, *parts):
        return str(uuid.uuid5(NAMESPACE, "-".join(parts)))

    def call_uniqueString(self, *parts):
        return uuid.uuid5(NAMESPACE, "-".join(parts)).hex[:13]


def id_under(scope, kind, names):
    space, *types = kind.split("/")
    if len(types) != len(names):
        raise Wrong(f"{kind} with {len(names)} names")
    return f"{scope}/providers/{space}/" + "/".join(f"{one}/{name}" for one, name in zip(types, names))
