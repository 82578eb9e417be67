/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.TransformProgram;

/**
 * Finds what can be adapted in a TorchScript archive and puts sockets into its program.
 *
 * <p>The statement that multiplies by a weight is replaced by a call of a function that also
 * applies what is placed in the new attribute of the module, which is None at first. So are
 * statements that add two tensors, which a training pass records beside the products. The root gets
 * methods that fill every socket, set every parameter, record passes and end training mode. They
 * assign attributes, so that a recorded forward pass keeps the tensors it has seen.
 */
final class SocketSurgery {

    /**
     * Plugs into every socket the parts of a transform and the arrays of a {@link
     * CustomBackward.Task}, empty tensors for none; then come the codes of the tasks, one row a
     * socket, see {@code recording.py}.
     */
    static final String FILL = "djladapters_fill";

    /** Empties every socket. */
    static final String EMPTY = "djladapters_empty";

    /** The number of tensors that {@link #FILL} takes for a socket. */
    static final int SLOTS = WeightTransform.PARTS + CustomBackward.Task.ARRAYS;

    /** Fills sockets for a batch whose rows have transforms of their own, see {@code read_rows}. */
    static final String FILL_ROWS = "djladapters_fill_rows";

    /** Fills the sockets of linear layers with a trial of their inputs, see {@code try_rows}. */
    static final String TRY_ROWS = "djladapters_try_rows";

    /** Sets the way of products, see {@code product.py}; nothing for the engine's own. */
    static final String CHOOSE = "djladapters_choose";

    /** Opens a recording under a number, with layers as segments if the second value says so. */
    static final String OPEN = "djladapters_open";

    /** Begins to record, or to record again what runs again, under a number. */
    static final String RECORD = "djladapters_record";

    /** Takes parameters that are placed, with their gradients, into the recording of a number. */
    static final String RECORD_PARAMETERS = "djladapters_record_parameters";

    /** Ends a recording, given its number and the outputs; returns if it is of use, the outputs. */
    static final String FINISH = "djladapters_finish";

    /** Returns whether a recording was reached, and what its backward pass has found. */
    static final String BACKWARD = "djladapters_backward";

    /** As {@link #BACKWARD}, for a recording with segments, in which what they use is placed. */
    static final String REPLAY = "djladapters_replay";

    /** Forgets a recording. */
    static final String FORGET = "djladapters_forget";

    /** Turns the training mode of every module on or off, as the value says. */
    static final String SET_MODE = "djladapters_set_mode";

    /** Sets every parameter. */
    static final String ASSIGN = "djladapters_assign";

    private static final String FIRST_VALUE = "values[0]";

    /** The attribute of the root that holds recordings by their numbers. */
    private static final String RECORDINGS = "djladapters_recordings";

    private static final String NUMBER = "int(values[0])";
    private static final String CHECKPOINTS = "bool(values[1])";
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

    /**
     * Puts sockets into an archive.
     *
     * @param checkpoints whether layers can run again for gradient checkpointing
     */
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
        addMethods(root);
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

    /** The layers that can run again, in their order. */
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
            if (tensor.kind() == TensorAttribute.Kind.PARAMETER) {
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

    /** The engine decides when it compiles the program whether names stand for tensors. */
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
        return statement.kind() == Statement.Kind.RETURN
                ? "return " + expression
                : statement.target() + " = " + expression;
    }

    /** Tells whether another module has the same tensor as its weight. */
    private boolean isTied(ModuleNode node) {
        Optional<TensorAttribute> weight = node.tensor("weight");
        return weight.isPresent() && holders.get(weight.get().tensor()).size() > 1;
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
    private TargetModule targetModule(
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

    private void addMethods(ModuleNode root) {
        List<String> assign = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            assign.add(variable(slot.node()) + "." + slot.attribute() + " = values[" + i + "]");
        }
        addMethod(root, ASSIGN, slots.stream().map(Slot::node).toList(), assign, FIRST_VALUE);
        List<String> fill = new ArrayList<>();
        for (int i = 0; i < sockets.size(); i++) {
            String module = variable(sockets.get(i));
            String weight = products.get(sockets.get(i).className()).orElseThrow().weight();
            fill.add(
                    "%s.%s = %ssocketed(values, %d, values[%d], %s.%s)"
                            .formatted(
                                    module,
                                    Product.SOCKET,
                                    TransformProgram.PREFIX,
                                    i,
                                    SLOTS * sockets.size(),
                                    module,
                                    weight));
        }
        addMethod(root, FILL, sockets, fill, FIRST_VALUE);
        addMethod(
                root,
                EMPTY,
                sockets,
                sockets.stream().map(m -> variable(m) + "." + Product.SOCKET + " = None").toList(),
                FIRST_VALUE);
        addRowMethods(root);
        addRecordingMethods(root);
        List<ModuleNode> moded = root.stream().filter(this::hasMode).toList();
        List<String> modes = new ArrayList<>();
        modes.add("on = bool(values[0])");
        moded.forEach(node -> modes.add(variable(node) + ".training = on"));
        addMethod(root, SET_MODE, moded, modes, FIRST_VALUE);
    }

    /** Adds the methods for batches whose rows have transforms of their own. */
    private void addRowMethods(ModuleNode root) {
        List<String> weights = new ArrayList<>();
        List<String> sockets = new ArrayList<>();
        List<String> trials = new ArrayList<>();
        for (int i = 0; i < this.sockets.size(); i++) {
            String module = variable(this.sockets.get(i));
            Product product = products.get(this.sockets.get(i).className()).orElseThrow();
            weights.add(module + "." + product.weight());
            sockets.add("%s.%s = filled[%d]".formatted(module, Product.SOCKET, i));
            if (product.kind() == WeightSpec.Kind.LINEAR
                    || product.kind() == WeightSpec.Kind.CONV1D) {
                String trial = "%s.%s = %stry_rows(values, %d)";
                trials.add(trial.formatted(module, Product.SOCKET, TransformProgram.PREFIX, i));
            }
        }
        List<String> fill = new ArrayList<>();
        fill.add("weights = annotate(List[Tensor], [%s])".formatted(String.join(", ", weights)));
        fill.add("filled = %sread_rows(values, weights)".formatted(TransformProgram.PREFIX));
        fill.addAll(sockets);
        addMethod(root, FILL_ROWS, this.sockets, fill, FIRST_VALUE);
        addMethod(root, TRY_ROWS, this.sockets, trials, FIRST_VALUE);
    }

    /** Adds the methods that choose the way of products, and record passes. */
    private void addRecordingMethods(ModuleNode root) {
        ClassText type = archive.classOf(root);
        editor.addOptional(type, RECORDINGS, "Dict[int, %s]".formatted(TransformProgram.RECORDING));
        if (products.get(root.className()).isEmpty()) {
            editor.addOptional(type, Product.WAY, ProductProgram.WAY);
        }
        Set<ModuleNode> ways = new LinkedHashSet<>(sockets);
        ways.add(root);
        List<String> choose = new ArrayList<>();
        choose.add("way = %sway(values[0])".formatted(ProductProgram.PREFIX));
        ways.forEach(node -> choose.add(variable(node) + "." + Product.WAY + " = way"));
        for (int i = 0; i < sockets.size(); i++) {
            Product product = products.get(sockets.get(i).className()).orElseThrow();
            if (product.kind() == WeightSpec.Kind.LINEAR && !isTied(sockets.get(i))) {
                String weight = variable(sockets.get(i)) + "." + product.weight();
                choose.add("n%d = %slay(%s, way)".formatted(i, ProductProgram.PREFIX, weight));
            }
        }
        addMethod(root, CHOOSE, List.copyOf(ways), choose, FIRST_VALUE);

        String prefix = TransformProgram.RECORDING_PREFIX;
        String found = "%s.%s".formatted(variable(root), RECORDINGS);
        String way = "%s.%s".formatted(variable(root), Product.WAY);
        List<String> open = new ArrayList<>();
        open.add("recording = %s(%s, %s)".formatted(TransformProgram.RECORDING, way, CHECKPOINTS));
        open.add("%s = %sopen(%s, %s, recording)".formatted(found, prefix, found, NUMBER));
        for (int i = 0; i < layers.size(); i++) {
            open.add("%s.%s = %d".formatted(variable(layers.get(i)), LayerSegments.NUMBER, i));
        }
        addMethod(root, OPEN, layers, open, FIRST_VALUE);

        String find = "recording = %sfind(%s, %s)".formatted(prefix, found, NUMBER);
        List<String> record = new ArrayList<>(List.of(find));
        for (int i = 0; i < sockets.size(); i++) {
            record.add(
                    "%s.%s = (recording).transform(%s.%s)"
                            .formatted(
                                    variable(sockets.get(i)),
                                    Product.SOCKET,
                                    variable(sockets.get(i)),
                                    Product.SOCKET));
        }
        recorders.forEach(
                node -> record.add(variable(node) + "." + Product.RECORDING + " = recording"));
        List<ModuleNode> all = new ArrayList<>(sockets);
        all.addAll(recorders);
        addMethod(root, RECORD, all, record, FIRST_VALUE);

        List<String> parameters = new ArrayList<>(List.of(find));
        for (Slot slot : slots) {
            String parameter = variable(slot.node()) + "." + slot.attribute();
            parameters.add("%s = (recording).stand_in(%s)".formatted(parameter, parameter));
        }
        List<ModuleNode> owners = slots.stream().map(Slot::node).toList();
        addMethod(root, RECORD_PARAMETERS, owners, parameters, FIRST_VALUE);

        List<String> finish = new ArrayList<>();
        recorders.forEach(node -> finish.add(variable(node) + "." + Product.RECORDING + " = None"));
        finish.add("found = %sfinish(%s, values)".formatted(prefix, found));
        addMethod(root, FINISH, recorders, finish, "found");
        String backward = "found = %sbackward(%s, %s)".formatted(prefix, found, NUMBER);
        addMethod(root, BACKWARD, List.of(), List.of(backward), "found");
        if (!layers.isEmpty()) {
            addMethod(root, REPLAY, layers, replay(find), "found");
        }
        String forget = "left = %sforget(%s, %s)".formatted(prefix, found, NUMBER);
        addMethod(root, FORGET, List.of(), List.of(forget), FIRST_VALUE);
    }

    private List<String> replay(String find) {
        List<String> lines = new ArrayList<>();
        lines.add(find);
        lines.add("found = [torch.tensor((recording).has_gradient())]");
        lines.add("if bool(found[0]):");
        lines.add("  count = (recording).begin_backward()");
        lines.add("  while count > 0:");
        lines.add("    segment = (recording).step_back()");
        lines.add("    count = (recording).operations()");
        lines.add("    if segment is not None:");
        for (int i = 0; i < layers.size(); i++) {
            lines.add("      if segment.number == %d:".formatted(i));
            lines.add(
                    "        count = (%s).%s(recording, segment)"
                            .formatted(variable(layers.get(i)), LayerSegments.REPLAY));
        }
        lines.add("  found.extend((recording).end_backward())");
        return lines;
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
