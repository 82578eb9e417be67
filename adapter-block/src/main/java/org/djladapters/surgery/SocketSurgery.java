/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.ModuleNode;
import org.djladapters.archive.TensorAttribute;
import org.djladapters.archive.TensorRecord;
import org.djladapters.archive.TorchArchive;
import org.djladapters.rotation.TransformProgram;
import org.djladapters.rotation.WeightTransform;

/**
 * Finds what can be adapted in a TorchScript archive and puts sockets into its program.
 *
 * <p>The statement that multiplies by a weight is replaced by a call of a function that also
 * applies what is plugged into the new attribute of the module, which is None at first. The root
 * gets methods that plug every socket, set every parameter and end training mode. They assign
 * attributes, so that a recorded forward pass keeps the tensors it has seen.
 */
final class SocketSurgery {

    /** Plugs the parts of a transform into every socket, empty tensors for none. */
    static final String PLUG = "djladapters_plug";

    /** Empties every socket. */
    static final String UNPLUG = "djladapters_unplug";

    /** The number of tensors that {@link #PLUG} takes for a socket. */
    static final int SLOTS = WeightTransform.PARTS + 2;

    /** Returns what passes left in sockets: number of the socket, the kept, the sums; then one. */
    static final String PASSAGES = "djladapters_passages";

    /** Turns the training mode of every module off. */
    static final String EVALUATE = "djladapters_evaluate";

    /** Sets every parameter. */
    static final String ASSIGN = "djladapters_assign";

    private static final String FIRST_VALUE = "values[0]";

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

    SocketSurgery(TorchArchive archive) {
        this.archive = archive;
        editor = archive.edit().leaveOutUnknown();
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
                products.computeIfAbsent(node.className(), name -> putSocket(node));
        Optional<TensorAttribute> weight =
                product.flatMap(p -> node.tensor(p.weight())).filter(SocketSurgery::isAdaptable);
        if (weight.isPresent()) {
            sites.add(site(node, product.get().kind(), weight.get(), true));
            sockets.add(node);
        } else {
            addWeightSites(node);
        }
    }

    /** Puts a socket into the class of a module if the class multiplies by a weight. */
    private Optional<Product> putSocket(ModuleNode node) {
        ClassText type = archive.classOf(node);
        Optional<Product> product = Product.read(type, isTied(node));
        product.ifPresent(
                found -> {
                    found.replacements()
                            .forEach((s, text) -> editor.replaceStatement(type, s, text));
                    editor.addOptionalTensors(type, Product.SOCKET);
                });
        return product;
    }

    /** Tells whether another module has the same tensor as its weight. */
    private boolean isTied(ModuleNode node) {
        Optional<TensorAttribute> weight = node.tensor("weight");
        return weight.isPresent()
                && archive.module().stream()
                        .filter(other -> other.objectId() != node.objectId())
                        .flatMap(other -> other.tensors().stream())
                        .anyMatch(other -> other.tensor().equals(weight.get().tensor()));
    }

    /** The names of parameters by those that share their tensor. */
    Map<String, List<String>> ties() {
        Map<TensorRecord, List<String>> names =
                slots.stream()
                        .collect(
                                Collectors.groupingBy(
                                        SocketSurgery::tensor,
                                        Collectors.mapping(Slot::name, Collectors.toList())));
        Map<String, List<String>> ties = new HashMap<>();
        for (List<String> same : names.values()) {
            for (String name : same) {
                ties.put(name, same.stream().filter(other -> !other.equals(name)).toList());
            }
        }
        return ties;
    }

    private static TensorRecord tensor(Slot slot) {
        return slot.node().tensor(slot.attribute()).orElseThrow().tensor();
    }

    private static boolean isAdaptable(TensorAttribute tensor) {
        int dimensions = tensor.tensor().shape().dimension();
        return tensor.kind() == TensorAttribute.Kind.PARAMETER
                && tensor.tensor().dataType().isFloating()
                && (dimensions == 2 || dimensions == 4);
    }

    /** A weight that is not called so is named by its own name. */
    private Site site(
            ModuleNode node, WeightSpec.Kind kind, TensorAttribute tensor, boolean socket) {
        String path = userName(node.path());
        String name = join(path, tensor.name());
        TensorRecord weight = tensor.tensor();
        boolean named = tensor.name().equals("weight");
        boolean biased =
                named
                        && node.tensor("bias")
                                .filter(b -> b.kind() == TensorAttribute.Kind.PARAMETER)
                                .isPresent();
        WeightSpec spec =
                new WeightSpec(
                        named ? path : name, kind, weight.shape(), weight.dataType(), biased);
        return new Site(spec, name, biased ? join(path, "bias") : null, socket);
    }

    /** Matrices that are used in other ways than a socket serves are transformed themselves. */
    private void addWeightSites(ModuleNode node) {
        ClassText type = archive.classOf(node);
        if (usesAnywhere(type, "torch.embedding") || usesAnywhere(type, "torch._convolution")) {
            return;
        }
        for (TensorAttribute tensor : node.tensors()) {
            if (isAdaptable(tensor) && tensor.tensor().shape().dimension() == 2) {
                sites.add(site(node, WeightSpec.Kind.WEIGHT, tensor, false));
            }
        }
    }

    private static boolean usesAnywhere(ClassText type, String function) {
        return type.methods().stream()
                .flatMap(method -> method.statements().stream())
                .anyMatch(statement -> statement.text().contains(function + "("));
    }

    private void addMethods(ModuleNode root) {
        List<String> assign = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            assign.add(variable(slot.node()) + "." + slot.attribute() + " = values[" + i + "]");
        }
        addMethod(root, ASSIGN, slots.stream().map(Slot::node).toList(), assign, FIRST_VALUE);
        List<String> plug = new ArrayList<>();
        for (int i = 0; i < sockets.size(); i++) {
            String module = variable(sockets.get(i));
            String weight = products.get(sockets.get(i).className()).orElseThrow().weight();
            plug.add(
                    "%s.%s = %ssocketed(values, %d, %s.%s)"
                            .formatted(
                                    module,
                                    Product.SOCKET,
                                    TransformProgram.PREFIX,
                                    SLOTS * i,
                                    module,
                                    weight));
        }
        addMethod(root, PLUG, sockets, plug, FIRST_VALUE);
        addMethod(
                root,
                UNPLUG,
                sockets,
                sockets.stream().map(m -> variable(m) + "." + Product.SOCKET + " = None").toList(),
                FIRST_VALUE);
        List<String> passages = new ArrayList<>();
        passages.add("found = annotate(List[Tensor], [])");
        for (int i = 0; i < sockets.size(); i++) {
            passages.add(
                    "n%d = %spassages(found, %d, %s.%s)"
                            .formatted(
                                    i,
                                    TransformProgram.PREFIX,
                                    i,
                                    variable(sockets.get(i)),
                                    Product.SOCKET));
        }
        passages.add("found.append(values[0])");
        addMethod(root, PASSAGES, sockets, passages, "found");
        List<ModuleNode> moded = root.stream().filter(this::hasMode).toList();
        addMethod(
                root,
                EVALUATE,
                moded,
                moded.stream().map(node -> variable(node) + ".training = False").toList(),
                FIRST_VALUE);
    }

    private boolean hasMode(ModuleNode node) {
        return archive.classOf(node).attributes().stream()
                .anyMatch(attribute -> attribute.name().equals("training"));
    }

    /** Adds a method that reaches modules by getattr, since names such as 0 are no identifiers. */
    private void addMethod(
            ModuleNode root,
            String name,
            List<ModuleNode> needed,
            List<String> statements,
            String result) {
        List<String> lines = new ArrayList<>();
        String type = result.equals(FIRST_VALUE) ? "Tensor" : "List[Tensor]";
        lines.add("def " + name + "(self, values: List[Tensor]) -> " + type + ":");
        lines.add("  " + variable(root) + " = self");
        Set<Integer> ids = new HashSet<>();
        needed.forEach(node -> ids.add(node.objectId()));
        reach(root, ids, new HashSet<>(Set.of(root.objectId())), lines);
        statements.forEach(statement -> lines.add("  " + statement));
        lines.add("  return " + result);
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
