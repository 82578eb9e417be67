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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.Call;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.ModuleNode;
import org.djladapters.archive.Statement;
import org.djladapters.archive.TensorAttribute;
import org.djladapters.archive.TensorRecord;
import org.djladapters.archive.TorchArchive;
import org.djladapters.matmul.ProductProgram;
import org.djladapters.rotation.programs.TransformProgram;

/**
 * Finds what can be adapted in a TorchScript archive and puts sockets into its program.
 *
 * <p>The statement that multiplies by a weight is replaced by a call of a function that also
 * applies what is in the new attribute of the module, which is None at first. So are statements
 * that add two tensors, which a training pass records beside the products. The root gets the
 * methods of {@link SocketMethods}.
 */
final class SocketSurgery {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");
    private static final Pattern OPERAND =
            Pattern.compile("[A-Za-z_]\\w*|\\([A-Za-z_]\\w*\\)\\.forward\\(.*\\)");

    /** A parameter of the archive: where it is and what DJL calls it. */
    record Slot(ModuleNode node, String attribute, String name, String engineName) {}

    private final TorchArchive archive;
    private final ArchiveEditor editor;
    private final String prefix;
    private final List<TargetModule> targetModules = new ArrayList<>();
    private final List<ModuleNode> sockets = new ArrayList<>();

    /** The modules that have a recording as an attribute. */
    private final List<ModuleNode> recorders = new ArrayList<>();

    private final Map<String, Boolean> recording = new HashMap<>();
    private final List<Slot> slots = new ArrayList<>();
    private final List<String> modules = new ArrayList<>();
    private final Map<String, Optional<Product>> products = new HashMap<>();
    private final Set<Integer> visited = new HashSet<>();
    private final List<ModuleNode> layers;

    /** The objects that have a tensor as an attribute. */
    private final Map<TensorRecord, Set<Integer>> holders = new HashMap<>();

    /** Puts sockets into an archive; layers can run again where passes are checkpointed. */
    SocketSurgery(TorchArchive archive, boolean checkpoints) {
        this.archive = archive;
        editor = archive.edit().leaveOutUnknown();
        ModuleNode root = archive.module();
        boolean wrapped =
                root.tensors().isEmpty()
                        && root.children().size() == 1
                        && root.children().get(0).name().equals("model");
        prefix = wrapped ? "model." : "";
        root.stream().forEach(this::addHolder);
        root.stream().forEach(this::visit);
        layers = checkpoints ? LayerSegments.find(archive, sockets::contains) : List.of();
        layers.stream().map(archive::classOf).distinct().forEach(this::prepareLayers);
        TransformProgram.code().forEach(editor::addCode);
        new SocketMethods(this, archive, editor).add();
    }

    ArchiveEditor editor() {
        return editor;
    }

    List<TargetModule> targetModules() {
        return targetModules;
    }

    List<Slot> slots() {
        return slots;
    }

    List<String> modules() {
        return modules;
    }

    /** Returns the modules that have a socket, in the order of the program. */
    List<ModuleNode> sockets() {
        return sockets;
    }

    List<ModuleNode> recorders() {
        return recorders;
    }

    /** Returns how a module multiplies by its weight; empty if it does not. */
    Optional<Product> product(ModuleNode module) {
        return products.getOrDefault(module.className(), Optional.empty());
    }

    List<ModuleNode> layers() {
        return layers;
    }

    private void addHolder(ModuleNode node) {
        for (TensorAttribute tensor : node.tensors()) {
            holders.computeIfAbsent(tensor.tensor(), record -> new HashSet<>())
                    .add(node.objectId());
        }
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
            if (tensor.isParameter()) {
                String name = join(node.path(), tensor.name());
                slots.add(new Slot(node, tensor.name(), userName(name), name));
            }
        }
        Optional<Product> product =
                products.computeIfAbsent(node.className(), name -> putSocket(node));
        if (recording.computeIfAbsent(node.className(), name -> addRecording(node, product))) {
            recorders.add(node);
        }
        Optional<TensorAttribute> weight =
                product.flatMap(p -> node.tensor(p.weight())).filter(SocketSurgery::isAdaptable);
        if (weight.isPresent()) {
            targetModules.add(targetModule(node, product.get().kind(), weight.get(), true));
            sockets.add(node);
        } else {
            addWeightModules(node);
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
                    editor.addOptional(type, Product.SOCKET, TransformProgram.TRANSFORM);
                    editor.addOptional(type, Product.WAY, ProductProgram.WAY);
                });
        return product;
    }

    /** Has the products and sums of a class recorded; false if there are none. */
    private boolean addRecording(ModuleNode node, Optional<Product> product) {
        ClassText type = archive.classOf(node);
        List<Statement> sums =
                type.methods().stream()
                        .flatMap(method -> method.statements().stream())
                        .filter(statement -> isSum(statement))
                        .toList();
        if (product.isEmpty() && sums.isEmpty()) {
            return false;
        }
        sums.forEach(statement -> editor.replaceStatement(type, statement, recordedSum(statement)));
        editor.addOptional(type, Product.RECORDING, TransformProgram.RECORDING);
        return true;
    }

    /** Has layers of a class run again; their objects that record nothing else get a recording. */
    private void prepareLayers(ClassText type) {
        if (!recording.getOrDefault(type.qualifiedName(), false)) {
            editor.addOptional(type, Product.RECORDING, TransformProgram.RECORDING);
            layers.stream().filter(n -> archive.classOf(n).equals(type)).forEach(recorders::add);
        }
        LayerSegments.prepare(editor, type);
    }

    /** Tells whether a statement adds what may be two tensors, and does nothing else. */
    private static boolean isSum(Statement statement) {
        return statement.kind() != Statement.Kind.OTHER
                && Call.parse(statement.expression())
                        .filter(call -> call.function().equals("torch.add"))
                        .map(SocketSurgery::summands)
                        .filter(summands -> summands.size() == 2)
                        .filter(summands -> summands.stream().allMatch(a -> isOperand(a)))
                        .isPresent();
    }

    private static List<String> summands(Call call) {
        List<String> arguments = call.arguments();
        boolean plain = arguments.size() == 3 && arguments.get(2).equals("alpha=1");
        return plain ? arguments.subList(0, 2) : arguments;
    }

    private static boolean isOperand(String argument) {
        return OPERAND.matcher(argument).matches();
    }

    /** Writes a sum that is recorded; the engine decides which names stand for tensors. */
    private static String recordedSum(Statement statement) {
        List<String> operands = summands(Call.parse(statement.expression()).orElseThrow());
        String both = String.join(", ", operands);
        String sum = "%ssum(%s, self.%s)";
        String expression =
                sum.formatted(TransformProgram.RECORDING_PREFIX, both, Product.RECORDING);
        List<String> tensors =
                operands.stream()
                        .filter(operand -> NAME.matcher(operand).matches())
                        .map(operand -> "isinstance(" + operand + ", Tensor)")
                        .toList();
        if (!tensors.isEmpty()) {
            expression +=
                    " if %s else %s"
                            .formatted(String.join(" and ", tensors), statement.expression());
        }
        return statement.with(expression);
    }

    /** Tells whether another module has the same tensor as its weight. */
    boolean isTied(ModuleNode node) {
        Optional<TensorAttribute> weight = node.tensor("weight");
        return weight.isPresent() && holders.get(weight.get().tensor()).size() > 1;
    }

    /** Returns the names of parameters by those that share their tensor. */
    Map<String, List<String>> ties() {
        return ModelFacts.ties(
                slots.stream()
                        .collect(
                                Collectors.groupingBy(
                                        SocketSurgery::tensor,
                                        Collectors.mapping(Slot::name, Collectors.toList())))
                        .values());
    }

    private static TensorRecord tensor(Slot slot) {
        return slot.node().tensor(slot.attribute()).orElseThrow().tensor();
    }

    private static boolean isAdaptable(TensorAttribute tensor) {
        int dimensions = tensor.tensor().shape().dimension();
        return tensor.isParameter()
                && tensor.tensor().dataType().isFloating()
                && (dimensions == 2 || dimensions == 4);
    }

    /** Describes a target module; a weight of another name than {@code weight} is named by it. */
    private TargetModule targetModule(
            ModuleNode node, WeightSpec.Kind kind, TensorAttribute tensor, boolean socket) {
        String path = userName(node.path());
        String name = join(path, tensor.name());
        TensorRecord weight = tensor.tensor();
        boolean named = tensor.name().equals("weight");
        boolean biased =
                named && node.tensor("bias").filter(TensorAttribute::isParameter).isPresent();
        WeightSpec spec =
                new WeightSpec(
                        named ? path : name, kind, weight.shape(), weight.dataType(), biased);
        return new TargetModule(spec, name, biased ? join(path, "bias") : null, socket);
    }

    /** Matrices that are used in other ways than a socket serves are transformed themselves. */
    private void addWeightModules(ModuleNode node) {
        ClassText type = archive.classOf(node);
        if (usesAnywhere(type, "torch.embedding") || usesAnywhere(type, "torch._convolution")) {
            return;
        }
        for (TensorAttribute tensor : node.tensors()) {
            if (isAdaptable(tensor) && tensor.tensor().shape().dimension() == 2) {
                targetModules.add(targetModule(node, WeightSpec.Kind.WEIGHT, tensor, false));
            }
        }
    }

    private static boolean usesAnywhere(ClassText type, String function) {
        return type.methods().stream()
                .flatMap(method -> method.statements().stream())
                .anyMatch(statement -> statement.text().contains(function + "("));
    }

    private String userName(String path) {
        return path.startsWith(prefix) ? path.substring(prefix.length()) : path;
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
