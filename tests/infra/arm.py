"""A small Resource Manager: expands a template to the resources it would make, with every expression worked out.

It knows the functions that azuredeploy.json uses, nested deployments with their outputs, loops, conditions and names of
resources (languageVersion 2.0), and fails on anything else, on an undeclared name, a value of the wrong type, and a
reference to what does not exist yet.
"""

import json
import re
import uuid

TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+)|(?P<name>[A-Za-z_]\w*)|(?P<sign>[()\[\],.]))")
TYPES = {"string": str, "int": int, "bool": bool, "object": dict, "array": list}
TENANT = "00000000-0000-0000-0000-0000000000ff"
NAMESPACE = uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")


class Wrong(Exception):
    """The template is."""


class Absent:
    """What would be known of a resource whose condition is false: it may be named where it is not chosen, and nowhere else."""

    def __getitem__(self, _):
        return self


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
            "Microsoft.Communication/communicationServices": {"hostName": f"{name}.europe.communication.azure.com"},
            "Microsoft.Communication/emailServices/domains": {
                "mailFromSenderDomain": f"{uuid.uuid5(NAMESPACE, name)}.azurecomm.net"},
            "Microsoft.EventGrid/topics": {"endpoint": f"https://{name}.westeurope-1.eventgrid.azure.net/api/events"},
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
        for inner, items in ((parameter.get("items"), value), (parameter.get("additionalProperties"), value)):
            for one in (items.values() if isinstance(items, dict) else items) if inner else []:
                Deployment.check(f"{name}, a value of it,", inner, one)
        if "allowedValues" in parameter and value not in parameter["allowedValues"]:
            raise Wrong(f"{name} is {value!r}, expected one of {parameter['allowedValues']}")
        size = len(value) if isinstance(value, (str, list)) else value
        for limit, bad in (("minLength", lambda at: size < at), ("maxLength", lambda at: size > at),
                           ("minValue", lambda at: size < at), ("maxValue", lambda at: size > at)):
            if limit in parameter and bad(parameter[limit]):
                raise Wrong(f"{name} is {value!r}, {limit} {parameter[limit]}")

    def run(self):
        resources, todo = self.template["resources"], []
        self.named, self.absent = resources if isinstance(resources, dict) else {}, set()
        for symbol, resource in self.named.items() if self.named else [(None, one) for one in resources]:
            if resource.get("existing"):
                continue
            indexes = range(self.value(resource["copy"]["count"])) if "copy" in resource else [None]
            todo += [(symbol, resource, index) for index in indexes]
        # In the order of their dependencies: what is not made yet cannot be referred to.
        skipped, ids = set(), {self.id_of(resource, index) for _, resource, index in todo}
        while todo:
            waiting = {symbol for symbol, _, _ in todo}
            for at, (symbol, resource, index) in enumerate(todo):
                self.copies = {None: index}
                needs = {self.value(one) for one in resource.get("dependsOn", [])}
                if needs - ids - set(self.named):
                    raise Wrong(f"depends on what is not here: {needs - ids - set(self.named)}")
                if all(one not in waiting if one in self.named else one in self.azure.made or one in skipped for one in needs):
                    break
            else:
                raise Wrong("resources that wait for each other")
            del todo[at]
            self.copies = {None: index}
            if not self.value(resource.get("condition", True)):
                skipped.add(self.id_of(resource, index))
                self.absent.add(symbol)
                continue
            self.make(resource, index)
        self.copies = {}
        return {name: self.checked_output(name, one) for name, one in self.template.get("outputs", {}).items()}

    def checked_output(self, name, output):
        value = self.value(output["value"])
        self.check(name, output, value)
        return value

    def id_of(self, resource, index):
        self.copies = {None: index} if index is not None else self.copies
        name, kind = self.value(resource["name"]), resource["type"]
        if kind == "Microsoft.Resources/resourceGroups":
            return f"{self.scope}/resourceGroups/{name}"
        scope = self.value(resource["scope"]) if "scope" in resource else self.scope_of(resource)
        return id_under(scope, kind, name.split("/"))

    def scope_of(self, resource):
        if "resourceGroup" in resource:
            scope = f"/subscriptions/{self.value(resource['subscriptionId'])}" if "subscriptionId" in resource else self.scope
            return f"{scope}/resourceGroups/{self.value(resource['resourceGroup'])}"
        if "subscriptionId" in resource:
            return f"/subscriptions/{self.value(resource['subscriptionId'])}"
        return self.scope

    def make(self, resource, index):
        where = self.id_of(resource, index)
        if where in self.azure.made:
            raise Wrong(f"made twice: {where}")
        if resource["type"] == "Microsoft.Resources/deployments":
            # A parameter that is chosen is an expression as a whole.
            given = {name: self.value(one)["value"] for name, one in resource["properties"].get("parameters", {}).items()}
            outputs = type(self)(self.azure, resource["properties"]["template"], given, self.scope_of(resource)).run()
            self.azure.made[where] = {"outputs": {name: {"value": value} for name, value in outputs.items()}}
            return
        left_out = ("copy", "condition", "dependsOn", "scope")
        body = {self.value(key): self.value(value) for key, value in resource.items() if key not in left_out}
        body["properties"] = self.azure.answers(resource["type"], body["name"], body.get("properties", {}))
        self.azure.made[where] = body

    # Values and expressions

    def value(self, value):
        if isinstance(value, dict):
            out = {}
            for copy in value.get("copy", []):
                items = []
                for index in range(self.value(copy["count"])):
                    self.copies[copy["name"]] = index
                    items.append(self.value(copy["input"]))
                out[copy["name"]] = items
            return out | {self.value(key): self.value(inner) for key, inner in value.items() if key != "copy"}
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
        if any(isinstance(one, Absent) for one in [result, *(result.values() if isinstance(result, dict) else [])]):
            raise Wrong(f"needs what is not made: {value}")
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
            arguments, written, tokens = self.arguments(tokens[1:])
            result = self.call(text, arguments, written)
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
        """Their values, and how they are written."""
        arguments, written = [], []
        while tokens[0] != ("sign", ")"):
            value, rest = self.expression(tokens)
            arguments.append(value)
            written.append("".join(", " if text == "," else text for _, text in tokens[: len(tokens) - len(rest)]))
            tokens = rest[1:] if rest[0] == ("sign", ",") else rest
        return arguments, written, tokens[1:]

    def call(self, name, arguments, _written):
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
        return {"id": f"/subscriptions/{subscription}", "subscriptionId": subscription, "tenantId": TENANT}

    def call_environment(self):
        return {"authentication": {"loginEndpoint": "https://login.microsoftonline.com/"}}

    def call_split(self, text, at):
        return text.split(at)

    def call_managementGroup(self):
        return {"id": self.scope, "name": self.scope.rsplit("/", 1)[-1]}

    def call_deployment(self):
        return {"location": self.azure.location}

    def call_resourceId(self, *parts):
        """Of a subscription and a group, if they come before the type."""
        *place, kind = parts[: next(at for at, part in enumerate(parts) if "/" in part) + 1]
        scope = f"/subscriptions/{place[0]}/resourceGroups/{place[1]}" if len(place) == 2 else self.scope
        return id_under(scope, kind, parts[len(place) + 1 :])

    def call_subscriptionResourceId(self, kind, *names):
        scope = "/".join(self.scope.split("/")[:3])
        if kind == "Microsoft.Resources/resourceGroups":
            return f"{scope}/resourceGroups/{names[0]}"
        return id_under(scope, kind, names)

    def call_extensionResourceId(self, scope, kind, *names):
        return id_under(scope, kind, names)

    def call_reference(self, where, _version=None):
        if where in self.absent:
            return Absent()
        if where in self.named:
            where = self.id_of(self.named[where], None)
        if where not in self.azure.made:
            raise Wrong(f"refers to what is not made yet: {where}")
        made = self.azure.made[where]
        return made["properties"] if "properties" in made else made

    def call_if(self, condition, one, other):
        if not isinstance(condition, bool):
            raise Wrong(f"if of {condition!r}")
        return one if condition else other

    def call_equals(self, one, other):
        return one == other

    def call_and(self, *all_of):
        return all(all_of)

    def call_or(self, *any_of):
        return any(any_of)

    def call_contains(self, holder, item):
        return item in holder

    def call_toLower(self, text):
        return text.lower()

    def call_resourceGroup(self):
        return {"id": "/".join(self.scope.split("/")[:5])}

    def call_greater(self, one, other):
        return one > other

    def call_true(self):
        return True

    def call_not(self, one):
        return not one

    def call_union(self, *objects):
        if all(isinstance(one, list) for one in objects):
            return list(dict.fromkeys(item for one in objects for item in one))
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
        return unique_string("-".join(parts))


def id_under(scope, kind, names):
    space, *types = kind.split("/")
    if len(types) != len(names):
        raise Wrong(f"{kind} with {len(names)} names")
    return f"{scope}/providers/{space}/" + "/".join(f"{one}/{name}" for one, name in zip(types, names))


def unique_string(text):
    """Azure's: MurmurHash3 of two words of 32 bits, written in Base32. The compiler's own snapshots have its values."""
    data, whole = text.encode(), len(text.encode()) // 8 * 8
    one = two = 0
    for at in range(0, whole, 8):
        one ^= mixed(data[at : at + 4], FIRST, 15, SECOND)
        one = ((rotated(one, 19) + two) * 5 + 0x561CCD1B) & WORD
        two ^= mixed(data[at + 4 : at + 8], SECOND, 17, FIRST)
        two = ((rotated(two, 13) + one) * 5 + 0x0BCAA747) & WORD
    two ^= mixed(data[whole + 4 :], SECOND, 17, FIRST)
    one ^= mixed(data[whole : whole + 4], FIRST, 15, SECOND)
    one, two = one ^ len(data), two ^ len(data)
    for finish in (lambda word: word, finished):
        one, two = finish(one), finish(two)
        one = (one + two) & WORD
        two = (two + one) & WORD
    both = two << 32 | one
    # 13 times 5 bits of 64: the last one is 4 bits and a zero.
    return "".join("abcdefghijklmnopqrstuvwxyz234567"[(both << 1 >> 5 * at) & 31] for at in range(12, -1, -1))


FIRST, SECOND, WORD = 0x239B961B, 0xAB0E9789, 0xFFFFFFFF


def rotated(word, by):
    return (word << by | word >> (32 - by)) & WORD


def mixed(part, before, by, after):
    return rotated(int.from_bytes(part, "little") * before & WORD, by) * after & WORD


def finished(word):
    word = (word ^ word >> 16) * 0x85EBCA6B & WORD
    word = (word ^ word >> 13) * 0xC2B2AE35 & WORD
    return word ^ word >> 16
