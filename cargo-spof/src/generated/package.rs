//! A Protocol Buffers package as Rust: messages as structs, enums, `oneof`s, and the services by a rule's template.
//!
//! In: the package's files. Out: the text that stands where the generated code would be included. Messages are mapped as
//! is usual: a struct with public fields, the types nested in a message in a module of its name, `optional` and
//! messages as `Option`, `repeated` as `Vec`, enums as `i32` with an accessor. A type of another package is named by
//! `super::`, from the package's place in the tree of modules that packages make.

use super::names;
use super::protos::{ProtoFile, Protos};
use crate::catalogue::{Method, ProtoRule, Service};
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, MessageOptions,
    ServiceDescriptorProto,
};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// The text for a package's files.
///
/// # Errors
///
/// What is wrong with the rule's template.
pub(super) fn write(
    protos: &Protos,
    rule: &ProtoRule,
    files: &[&ProtoFile],
) -> Result<String, String> {
    let package = files.first().map_or("", |file| file.content.package());
    let mut writer = Writer {
        protos,
        rule,
        package: names::modules(package),
        inner: Vec::new(),
        done: BTreeSet::new(),
        out: String::new(),
    };
    for file in files {
        writer.types(package, &file.content.message_type, &file.content.enum_type);
    }
    for service in files.iter().flat_map(|file| &file.content.service) {
        if writer.done.insert(names::join(package, service.name())) {
            let service = writer.service(package, service);
            let text = rule.render(&service)?;
            writer.out.push_str(&text);
        }
    }
    Ok(writer.out)
}

struct Writer<'p> {
    protos: &'p Protos,
    rule: &'p ProtoRule,
    /// The package, as modules.
    package: Vec<String>,
    /// The modules inside of it in which the writer is.
    inner: Vec<String>,
    /// What is written: files of one package may say it twice.
    done: BTreeSet<String>,
    out: String,
}

impl Writer<'_> {
    fn types(&mut self, scope: &str, messages: &[DescriptorProto], enums: &[EnumDescriptorProto]) {
        for message in messages {
            let full = names::join(scope, message.name());
            let is_entry = message
                .options
                .as_ref()
                .is_some_and(MessageOptions::map_entry);
            if !is_entry && self.done.insert(full.clone()) {
                self.message(&full, message);
            }
        }
        for item in enums {
            if self.done.insert(names::join(scope, item.name())) {
                self.enumeration(item);
            }
        }
    }

    fn message(&mut self, full: &str, message: &DescriptorProto) {
        let name = names::camel(message.name());
        let module = names::snake(message.name());
        let mut accessors = Vec::new();
        self.line(&format!(
            "#[derive(Clone, PartialEq, Default)] pub struct {name} {{"
        ));
        for field in message.field.iter().filter(|field| !is_of_oneof(field)) {
            let named = names::snake(field.name());
            let ty = self.field_type(full, message, field);
            self.line(&format!("pub {named}: {ty},"));
            if let Some(of) = self.enum_of(full, field) {
                let of = if field.label() == Label::Repeated {
                    format!("impl ::std::iter::Iterator<Item = {of}>")
                } else {
                    of
                };
                accessors.push(format!("pub fn {named}(&self) -> {of};"));
            }
        }
        for oneof in oneofs(message) {
            let (field, ty) = (names::snake(oneof), names::camel(oneof));
            self.line(&format!(
                "pub {field}: ::std::option::Option<{module}::{ty}>,"
            ));
        }
        self.line("}");
        self.line(&format!("impl {name} {{ {} }}", accessors.concat()));
        self.inside(full, &module, message);
    }

    /// The module of what is nested in a message.
    fn inside(&mut self, full: &str, module: &str, message: &DescriptorProto) {
        self.line(&format!("pub mod {module} {{"));
        self.inner.push(module.to_owned());
        self.types(full, &message.nested_type, &message.enum_type);
        for oneof in oneofs(message) {
            let index = message.oneof_decl.iter().position(|it| it.name() == oneof);
            self.line(&format!("pub enum {} {{", names::camel(oneof)));
            let of = |field: &&FieldDescriptorProto| {
                is_of_oneof(field) && usize::try_from(field.oneof_index()).ok() == index
            };
            for field in message.field.iter().filter(of) {
                let ty = self.plain_type(full, field);
                self.line(&format!("{}({ty}),", names::camel(field.name())));
            }
            self.line("}");
        }
        self.inner.pop();
        self.line("}");
    }

    fn enumeration(&mut self, item: &EnumDescriptorProto) {
        let variants = item.value.iter();
        let variants = variants.map(|value| names::variant(item.name(), value.name()));
        // Aliases of one number may have one name.
        let variants: BTreeSet<String> = variants.collect();
        let variants: Vec<String> = variants.into_iter().collect();
        let name = names::camel(item.name());
        let variants = variants.join(", ");
        self.line(&format!(
            "#[derive(Clone, Copy, PartialEq)] pub enum {name} {{ {variants} }}"
        ));
        self.line(&format!(
            "impl {name} {{ pub fn as_str_name(&self) -> &'static str; }}"
        ));
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn field_type(
        &self,
        scope: &str,
        message: &DescriptorProto,
        field: &FieldDescriptorProto,
    ) -> String {
        if let Some(entry) = self.map_entry(scope, message, field) {
            let inner = names::join(scope, entry.name());
            let of = |at: usize| {
                let field = entry.field.get(at);
                field.map_or_else(String::new, |field| self.plain_type(&inner, field))
            };
            return format!("::std::collections::HashMap<{}, {}>", of(0), of(1));
        }
        let ty = self.plain_type(scope, field);
        let is_message = self.enum_of(scope, field).is_none() && field.type_name.is_some();
        match field.label() {
            Label::Repeated => format!("::std::vec::Vec<{ty}>"),
            Label::Optional if is_message || field.proto3_optional() => {
                format!("::std::option::Option<{ty}>")
            }
            Label::Optional | Label::Required => ty,
        }
    }

    /// The message that stands for a map's entries, where the field is a map.
    fn map_entry<'m>(
        &self,
        scope: &str,
        message: &'m DescriptorProto,
        field: &FieldDescriptorProto,
    ) -> Option<&'m DescriptorProto> {
        let name = field.type_name.as_deref()?;
        let full = self.protos.full_name(scope, name);
        let mut entries = message.nested_type.iter();
        entries.find(|nested| {
            nested
                .options
                .as_ref()
                .is_some_and(MessageOptions::map_entry)
                && names::join(scope, nested.name()) == full
        })
    }

    /// The Rust path of the enum that a field is of.
    fn enum_of(&self, scope: &str, field: &FieldDescriptorProto) -> Option<String> {
        let full = self.protos.full_name(scope, field.type_name.as_deref()?);
        let is_enum = self.protos.named(&full).is_some_and(|named| named.is_enum);
        is_enum.then(|| self.path(&full, 0))
    }

    /// A field's type, one of it.
    fn plain_type(&self, scope: &str, field: &FieldDescriptorProto) -> String {
        if let Some(name) = field.type_name.as_deref() {
            if self.enum_of(scope, field).is_some() {
                return "i32".to_owned();
            }
            return self.path(&self.protos.full_name(scope, name), 0);
        }
        let scalar = match field.r#type() {
            Type::Double => "f64",
            Type::Float => "f32",
            Type::Int64 | Type::Sfixed64 | Type::Sint64 => "i64",
            Type::Uint64 | Type::Fixed64 => "u64",
            Type::Int32 | Type::Sfixed32 | Type::Sint32 => "i32",
            Type::Uint32 | Type::Fixed32 => "u32",
            Type::Bool => "bool",
            Type::String => "::std::string::String",
            Type::Bytes => "::std::vec::Vec<u8>",
            Type::Group | Type::Message | Type::Enum => "()",
        };
        scalar.to_owned()
    }

    /// The path of a type from `deeper` modules below the place where the writer is.
    fn path(&self, full: &str, deeper: usize) -> String {
        if let Some(ty) = self.rule.types.get(full) {
            return ty.clone();
        }
        let (package, path) = if let Some(named) = self.protos.named(full) {
            (named.package.clone(), named.path.clone())
        } else {
            // No file here declares it: all but its name is taken for the package.
            let (package, name) = full.rsplit_once('.').unwrap_or(("", full));
            (names::modules(package), vec![names::camel(name)])
        };
        let here: Vec<&String> = self.package.iter().chain(&self.inner).collect();
        let there: Vec<&String> = package.iter().chain(&path).collect();
        let in_common = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
        let up = here.len() - in_common + deeper;
        let down = there[in_common..].iter().map(|name| name.as_str());
        let parts: Vec<&str> = std::iter::repeat_n("super", up).chain(down).collect();
        parts.join("::")
    }

    fn service(&self, package: &str, service: &ServiceDescriptorProto) -> Service {
        let of = |written: &str| self.path(&self.protos.full_name(package, written), 1);
        let methods = service.method.iter().map(|method| Method {
            camel: SmolStr::new(names::camel(method.name())),
            name: SmolStr::new(names::snake(method.name())),
            request: of(method.input_type()),
            response: of(method.output_type()),
            streams_requests: method.client_streaming(),
            streams_responses: method.server_streaming(),
        });
        Service {
            name: SmolStr::new(names::camel(service.name())),
            snake: SmolStr::new(names::snake(&names::camel(service.name()))),
            package: package.to_owned(),
            methods: methods.collect(),
        }
    }
}

/// Whether a field is a choice of a written `oneof`: `optional` makes one of its own.
fn is_of_oneof(field: &FieldDescriptorProto) -> bool {
    field.oneof_index.is_some() && !field.proto3_optional()
}

/// The written `oneof`s of a message.
fn oneofs(message: &DescriptorProto) -> Vec<&str> {
    let is_written = |index: usize| {
        let mut fields = message.field.iter();
        fields.any(|it| is_of_oneof(it) && usize::try_from(it.oneof_index()) == Ok(index))
    };
    let all = message.oneof_decl.iter().enumerate();
    all.filter(|(index, _)| is_written(*index))
        .map(|(_, oneof)| oneof.name())
        .collect()
}
