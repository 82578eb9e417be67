/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.Call;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.MethodText;
import org.djladapters.archive.ModuleNode;
import org.djladapters.archive.Statement;
import org.djladapters.archive.TensorAttribute;
import org.djladapters.archive.TensorRecord;
import org.djladapters.archive.TorchArchive;
import org.djladapters.rotation.TransformProgram;

/**
 * Finds what can be adapted in a TorchScript archive and puts sockets into its program.
 *
 * <p>The statement that multiplies by a weight is replaced by a call of a function that also
 * applies what is plugged into the three new attributes of the module, which are None at first. The
 * root gets two methods, one that plugs every socket and one that sets every parameter. They assign
 * attributes, so that a recorded forward pass keeps the tensors it has seen.
 */
final class SocketSurgery {

    /** Plugs (rotation, index, scale) of every socket, empty tensors for none. */
    static final String PLUG = "djladapters_plug";

    /** Sets every parameter. */
    static final String ASSIGN = "djladapters_assign";

    private static final List<String> ATTRIBUTES =
            List.of("djladapters_rotation", "djladapters_index", "djladapters_scale");

    /** A parameter of the archive: where it is and what DJL calls it. */
    record Slot(ModuleNode node, String attribute, String name, String engineName) {}

    private final TorchArchive archive;
    private final ArchiveEditor editor;
    private final String prefix;
    private final List<Site> sites = new ArrayList<>();
    private final List<ModuleNode> sockets = new ArrayList<>();
    private final List<Slot> slots = new ArrayList<>();
    private final List<String> modules = new ArrayList<>();
    private final Map<String, Optional<Product>> products = new HashMap<>();
    private final Set<Integer> visited = new HashSet<>();

    /** How a class multiplies by its weight. */
    private record Product(Site.Kind kind, String weight) {}

    SocketSurgery(TorchArchive archive) {
        this.archive = archive;
        editor = archive.edit();
        ModuleNode root = archive.module();
        boolean wrapped =
                root.tensors().isEmpty()
                        && root.children().size() == 1
                        && root.children().get(0).name().equals("model");
        prefix = wrapped ? "model." : "";
        root.stream().forEach(this::visit);
        editor.addCode(TransformProgram.ENTRY, TransformProgram.source());
        addMethods(root);
    }

    ArchiveEditor editor() {
        return editor;
    }

    List<Site> sites() {
        return sites;
    }

    List<Slot> slots() {
        return slots;
    }

    List<String> modules() {
        return modules;
    }

    private void visit(ModuleNode node) {
        if (!visited.add(node.objectId())) {
            return;
        }
        String path = userName(node.path());
        if (!path.isEmpty() && !node.path().equals("model")) {
            modules.add(path);
        }
        for (TensorAttribute tensor : node.tensors()) {
            if (tensor.kind() == TensorAttribute.Kind.PARAMETER) {
                String name = join(node.path(), tensor.name());
                slots.add(new Slot(node, tensor.name(), userName(name), name));
            }
        }
        Optional<Product> product =
                products.computeIfAbsent(node.className(), c -> product(archive.classOf(node)));
        if (product.isPresent()) {
            addSocketSite(node, path, product.get());
        } else {
            addWeightSites(node, path);
        }
    }

    private void addSocketSite(ModuleNode node, String path, Product product) {
        TensorRecord weight = node.tensor(product.weight()).orElseThrow().tensor();
        boolean transposed = product.kind() == Site.Kind.CONV1D;
        WeightSpec spec = new WeightSpec(weight.shape(), transposed, weight.dataType());
        sites.add(new Site(path, product.kind(), join(path, product.weight()), spec, true));
        sockets.add(node);
    }

    /** Matrices that are used in other ways than a socket serves are transformed themselves. */
    private void addWeightSites(ModuleNode node, String path) {
        ClassText type = archive.classOf(node);
        if (usesAnywhere(type, "torch.embedding") || usesAnywhere(type, "torch._convolution")) {
            return;
        }
        for (TensorAttribute tensor : node.tensors()) {
            Shape shape = tensor.tensor().shape();
            if (tensor.kind() == TensorAttribute.Kind.PARAMETER && shape.dimension() == 2) {
                String name = join(path, tensor.name());
                boolean only = tensor.name().equals("weight");
                WeightSpec spec = new WeightSpec(shape, false, tensor.tensor().dataType());
                sites.add(new Site(only ? path : name, Site.Kind.WEIGHT, name, spec, false));
            }
        }
    }

    private static boolean usesAnywhere(ClassText type, String function) {
        return type.methods().stream()
                .flatMap(method -> method.statements().stream())
                .anyMatch(statement -> statement.text().contains(function + "("));
    }

    /**
     * Reads how a class multiplies by its weight, and puts a socket there if every use of the
     * weight is a product of one kind.
     */
    private Optional<Product> product(ClassText type) {
        Map<Statement, String> rewritten = new LinkedHashMap<>();
        Set<Product> found = new HashSet<>();
        for (MethodText method : type.methods()) {
            Map<String, String> attributes = attributesByVariable(method);
            for (Statement statement : method.statements()) {
                Optional<Call> call = Call.parse(statement.expression());
                Optional<Operator> operator = call.flatMap(Operator::of);
                if (operator.isPresent()) {
                    Operator product = operator.get();
                    String variable = call.get().arguments().get(product.weightArgument());
                    found.add(new Product(product.kind(), attributes.get(variable)));
                    rewritten.put(statement, rewrite(statement, call.get(), product));
                }
            }
        }
        if (found.size() != 1) {
            return Optional.empty();
        }
        Product product = found.iterator().next();
        if (product.weight() == null || countUses(type, product.weight()) != rewritten.size()) {
            return Optional.empty();
        }
        rewritten.forEach((statement, text) -> editor.replaceStatement(type, statement, text));
        ATTRIBUTES.forEach(name -> editor.addOptionalTensor(type, name));
        return Optional.of(product);
    }

    /** The variables that a method assigns from attributes of the module. */
    private static Map<String, String> attributesByVariable(MethodText method) {
        Map<String, String> attributes = new HashMap<>();
        for (Statement statement : method.statements()) {
            String expression = statement.expression();
            if (statement.kind() == Statement.Kind.ASSIGNMENT && expression.startsWith("self.")) {
                attributes.put(statement.target().strip(), expression.substring("self.".length()));
            }
        }
        return attributes;
    }

    /** Counts the statements that use the weight, apart from those that take it from the module. */
    private static long countUses(ClassText type, String weight) {
        long uses = 0;
        for (MethodText method : type.methods()) {
            Map<String, String> attributes = attributesByVariable(method);
            uses +=
                    method.statements().stream()
                            .filter(s -> !s.expression().equals("self." + weight))
                            .filter(
                                    s ->
                                            attributes.entrySet().stream()
                                                    .filter(e -> e.getValue().equals(weight))
                                                    .anyMatch(e -> mentions(s, e.getKey())))
                            .count();
        }
        return uses;
    }

    private static boolean mentions(Statement statement, String variable) {
        return statement.expression().matches("(?s).*\\b" + variable + "\\b.*");
    }

    private static String rewrite(Statement statement, Call call, Operator operator) {
        List<String> arguments = new ArrayList<>(call.arguments());
        if (operator == Operator.LINEAR && arguments.size() == 2) {
            arguments.add("None");
        }
        ATTRIBUTES.forEach(attribute -> arguments.add("self." + attribute));
        String expression =
                TransformProgram.PREFIX
                        + operator.function()
                        + "("
                        + String.join(", ", arguments)
                        + ")";
        return statement.kind() == Statement.Kind.RETURN
                ? "return " + expression
                : statement.target() + " = " + expression;
    }

    private void addMethods(ModuleNode root) {
        List<String> assign = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            assign.add(variable(slot.node()) + "." + slot.attribute() + " = values[" + i + "]");
        }
        addMethod(root, ASSIGN, slots.stream().map(Slot::node).toList(), assign);
        List<String> plug = new ArrayList<>();
        for (int i = 0; i < sockets.size(); i++) {
            String module = variable(sockets.get(i));
            String weight = products.get(sockets.get(i).className()).orElseThrow().weight();
            for (int k = 0; k < ATTRIBUTES.size(); k++) {
                boolean isIndex = k == 1;
                String value = "values[" + (ATTRIBUTES.size() * i + k) + "]";
                String typed = isIndex ? value : value + ".to(" + module + "." + weight + ".dtype)";
                String optional = TransformProgram.PREFIX + "optional(" + typed + ")";
                plug.add(module + "." + ATTRIBUTES.get(k) + " = " + optional);
            }
        }
        addMethod(root, PLUG, sockets, plug);
    }

    /** Adds a method that reaches modules by getattr, since names such as 0 are no identifiers. */
    private void addMethod(
            ModuleNode root, String name, List<ModuleNode> needed, List<String> statements) {
        if (statements.isEmpty()) {
            return;
        }
        List<String> lines = new ArrayList<>();
        lines.add("def " + name + "(self, values: List[Tensor]) -> Tensor:");
        lines.add("  " + variable(root) + " = self");
        Set<Integer> ids = new HashSet<>();
        needed.forEach(node -> ids.add(node.objectId()));
        reach(root, ids, new HashSet<>(Set.of(root.objectId())), lines);
        statements.forEach(statement -> lines.add("  " + statement));
        lines.add("  return values[0]");
        editor.addMethod(archive.classOf(root), lines.toArray(new String[0]));
    }

    private static void reach(
            ModuleNode parent, Set<Integer> needed, Set<Integer> reached, List<String> lines) {
        for (ModuleNode child : parent.children()) {
            boolean leads = child.stream().anyMatch(node -> needed.contains(node.objectId()));
            if (leads && reached.add(child.objectId())) {
                lines.add(
                        "  %s = getattr(%s, \"%s\")"
                                .formatted(variable(child), variable(parent), child.name()));
                reach(child, needed, reached, lines);
            }
        }
    }

    private static String variable(ModuleNode node) {
        return "m" + node.objectId();
    }

    private String userName(String path) {
        return path.startsWith(prefix) ? path.substring(prefix.length()) : path;
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
