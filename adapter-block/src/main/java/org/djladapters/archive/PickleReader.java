/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the pickles of an archive by their opcodes. Only what TorchScript writes is understood and
 * nothing is executed: a global is a name, a call is one of a few known ones.
 */
final class PickleReader {

    private static final int MAX_DIMENSIONS = 64;

    /** The engine walks values within values by recursion, which ends where its stack does. */
    private static final int MAX_NESTING = 200;

    /** Each opcode may make an object, and a byte may be an opcode. */
    private static final int MAX_OPCODES = 4_000_000;

    private final String file;
    private final PickleInput in;
    private final List<Object> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();
    private final Set<Integer> ownedDicts = new HashSet<>();
    private final List<ScriptObject> objects = new ArrayList<>();
    private final List<TensorRecord> tensors = new ArrayList<>();
    private final Map<String, Integer> uses = new HashMap<>();
    private final IdentityHashMap<Object, Integer> heights = new IdentityHashMap<>();

    /** The byte positions of the names of the storages of float32. */
    private final List<Integer> floatStorages = new ArrayList<>();

    /** Objects that are not part of the value in the end, but that the engine makes too. */
    private final List<Object> dropped = new ArrayList<>();

    private boolean finished;

    private PickleReader(String file, byte[] bytes) {
        this.file = file;
        this.in = new PickleInput(file, bytes);
    }

    /**
     * The contents of a pickle.
     *
     * @param value the value on top of the stack at the end
     * @param uses how many times a tensor of each storage key is referred to
     * @param floatStorages the byte positions at which the name of storages of float32 begins
     */
    record Contents(
            Object value,
            List<ScriptObject> objects,
            List<TensorRecord> tensors,
            Map<String, Integer> uses,
            List<Integer> floatStorages) {}

    private record Global(String module, String name) {
        String qualifiedName() {
            return module + '.' + name;
        }
    }

    private static final Global FLOAT_STORAGE =
            new Global("torch", StorageTypes.storageClass(DataType.FLOAT32));

    private record Storage(String key, DataType dataType, long elements, boolean quantized) {}

    /** A quantized matrix with a scale for each row, which only packed weights have. */
    private record QuantizedMatrix(TensorRecord values) {}

    /** A dictionary, and the byte position at which it was still empty. */
    private record Dict(Map<Object, Object> entries, int start) {}

    static Contents read(String file, byte[] bytes) throws ArchiveException {
        return new PickleReader(file, bytes).read();
    }

    private Contents read() throws ArchiveException {
        for (int opcodes = 0; ; opcodes++) {
            if (opcodes == MAX_OPCODES) {
                throw damaged("it describes more values than any model has");
            }
            int position = in.position();
            int opcode = in.unsignedByte();
            if (opcode == '.') {
                break;
            }
            step(opcode, position);
        }
        Object value = plain(pop());
        if (!stack.isEmpty()) {
            throw damaged("values are left over at its end");
        }
        height(value, 0);
        for (Object other : dropped) {
            height(plain(other), 0);
        }
        finished = true; // what is left are parts of descriptions
        for (Object remembered : memo.values()) {
            height(plain(remembered), 0);
        }
        return new Contents(
                value,
                List.copyOf(objects),
                List.copyOf(tensors),
                Collections.unmodifiableMap(uses),
                List.copyOf(floatStorages));
    }

    /** Returns how deep values lie in a value, which the engine's stack limits. */
    private int height(Object value, int depth) throws ArchiveException {
        Integer known = heights.get(value);
        if (depth + (known == null ? 0 : known) > MAX_NESTING) {
            throw damaged("it nests modules without end or values too deep");
        }
        Collection<?> parts = parts(value);
        if (parts.isEmpty() || known != null) {
            return known == null ? 0 : known;
        }
        int height = 0;
        for (Object part : parts) {
            height = Math.max(height, 1 + height(part, depth + 1));
        }
        heights.put(value, height);
        return height;
    }

    private Collection<?> parts(Object value) throws ArchiveException {
        if (!finished && (value instanceof Global || value instanceof Storage)) {
            throw damaged("a class or a storage stands where a value should");
        }
        if (!finished && value instanceof QuantizedMatrix) {
            throw damaged("it has a quantized tensor, which can't be read");
        }
        if (value instanceof ScriptObject object) {
            if (!object.isBuilt()) {
                throw damaged("it refers to an object that has no attributes yet");
            }
            return object.attributes().values();
        }
        if (value instanceof Map<?, ?> map) {
            return map.values();
        }
        return value instanceof List<?> list ? list : List.of();
    }

    private void step(int opcode, int position) throws ArchiveException {
        switch (opcode) {
            case 0x80 -> protocol();
            case 'c' -> stack.add(global());
            case 'q' -> put(in.unsignedByte());
            case 'r' -> put(in.int32());
            case 'h' -> get(in.unsignedByte());
            case 'j' -> get(in.int32());
            case '(' -> marks.add(stack.size());
            case ')' -> stack.add(List.of());
            case ']' -> stack.add(new ArrayList<>());
            case '}' -> stack.add(new Dict(new LinkedHashMap<>(), in.position()));
            case 't' -> stack.add(tuple(popMark()));
            case 0x85 -> stack.add(tuple(popLast(1)));
            case 0x86 -> stack.add(tuple(popLast(2)));
            case 0x87 -> stack.add(tuple(popLast(3)));
            case 'a' -> append(popLast(1));
            case 'e' -> append(popMark());
            case 's' -> setItems(popLast(2));
            case 'u' -> setItems(popMark());
            case 'N' -> stack.add(null);
            case 0x88 -> stack.add(true);
            case 0x89 -> stack.add(false);
            case 'K' -> stack.add((long) in.unsignedByte());
            case 'M' -> stack.add((long) (in.unsignedByte() | in.unsignedByte() << 8));
            case 'J' -> stack.add((long) in.int32());
            case 0x8a -> stack.add(in.longInteger());
            case 'G' -> stack.add(in.bigEndianDouble());
            case 'X' -> stack.add(in.text(in.int32()));
            case 'U' -> stack.add(in.text(in.unsignedByte()));
            case 'T' -> stack.add(in.text(in.int32()));
            case 0x81 -> newObject();
            case 'b' -> build(position);
            case 'Q' -> persistentId();
            case 'R' -> reduce();
            default ->
                    throw damaged(
                            String.format("opcode 0x%02x at byte %d is unknown", opcode, position));
        }
    }

    private void protocol() throws ArchiveException {
        int version = in.unsignedByte();
        if (version != 2) {
            throw damaged("it is written in pickle protocol " + version + " instead of 2");
        }
    }

    private Global global() throws ArchiveException {
        String module = in.line();
        int start = in.position();
        Global global = new Global(module, in.line());
        if (global.equals(FLOAT_STORAGE)) {
            floatStorages.add(start);
        }
        return global;
    }

    private void put(int index) throws ArchiveException {
        // the engine keeps a list that is as long as the largest index
        if (stack.isEmpty() || index < 0 || index > memo.size()) {
            throw damaged("a memo index is invalid");
        }
        memo.put(index, stack.get(stack.size() - 1));
    }

    private void get(int index) throws ArchiveException {
        if (!memo.containsKey(index)) {
            throw damaged("memo entry " + index + " does not exist");
        }
        Object value = memo.get(index);
        if (value instanceof TensorRecord tensor) {
            uses.merge(tensor.storageKey(), 1, Integer::sum);
        }
        stack.add(value);
    }

    private void append(List<Object> values) throws ArchiveException {
        List<Object> list = mutableList(peek());
        for (Object value : values) {
            list.add(plain(value));
        }
    }

    private void setItems(List<Object> values) throws ArchiveException {
        if (!(peek() instanceof Dict dict) || values.size() % 2 != 0) {
            throw damaged("an item is set in something that is no dictionary");
        }
        for (int i = 0; i < values.size(); i += 2) {
            Object key = values.get(i);
            if (!(key instanceof String
                    || key instanceof Long
                    || key instanceof Double
                    || key instanceof Boolean)) {
                throw damaged("a dictionary key is neither a string nor a number");
            }
            Object old = dict.entries().put(key, plain(values.get(i + 1)));
            if (old instanceof TensorRecord tensor) {
                uses.merge(tensor.storageKey(), -1, Integer::sum);
            }
            dropped.add(old);
        }
    }

    private void newObject() throws ArchiveException {
        List<Object> arguments = popLast(2);
        if (!(arguments.get(0) instanceof Global type) || !List.of().equals(arguments.get(1))) {
            throw damaged("an object is not created as TorchScript does");
        }
        if (!type.qualifiedName().startsWith("__torch__.")) {
            throw damaged("it asks for an object of the foreign class " + type.qualifiedName());
        }
        stack.add(new ScriptObject(type.qualifiedName()));
    }

    private void build(int position) throws ArchiveException {
        Object state = pop();
        if (!(peek() instanceof ScriptObject object)) {
            throw damaged("attributes are given to something that is no object");
        }
        if (object.isBuilt()) {
            throw damaged("an object is given its attributes twice");
        }
        if (state instanceof Dict dict && !object.className().equals(PackedWeights.CLASS)) {
            if (!ownedDicts.add(dict.start())) {
                throw damaged("two objects have the same attribute dictionary");
            }
            object.build(dict.entries(), dict.start(), position);
        } else {
            // The class has its own __setstate__ (quantized modules): its state is not a
            // dictionary.
            boolean packed = object.className().equals(PackedWeights.CLASS);
            Map<Object, Object> attributes = new LinkedHashMap<>();
            attributes.put("__setstate__", packed ? packed(state) : plain(state));
            object.build(attributes, position, position);
        }
        objects.add(object);
    }

    /** Reads what the engine packs: a matrix, and a bias of as many elements as it has rows. */
    private Object packed(Object state) throws ArchiveException {
        if (!(state instanceof List<?> parts)
                || parts.size() != 2
                || !(parts.get(0) instanceof QuantizedMatrix matrix)
                || !(parts.get(1) == null
                        || (parts.get(1) instanceof TensorRecord bias
                                && isVector(
                                        bias, DataType.FLOAT32, matrix.values().shape().get(0))))) {
            throw damaged("packed weights are not described as TorchScript does");
        }
        return parts.get(1) == null ? List.of() : List.of(parts.get(1));
    }

    private static boolean isVector(TensorRecord tensor, DataType type, long size) {
        return tensor.dataType() == type
                && tensor.shape().equals(new Shape(size))
                && tensor.isContiguous();
    }

    /** Reads a quantized matrix in the one form that packed weights have here. */
    private QuantizedMatrix quantized(List<?> arguments) throws ArchiveException {
        if (arguments.size() < 7
                || !(arguments.get(0) instanceof Storage storage)
                || !storage.quantized()
                || !(arguments.get(4) instanceof List<?> scheme)
                || scheme.size() != 4
                || !new Global("torch", "per_channel_affine").equals(scheme.get(0))
                || !(scheme.get(1) instanceof TensorRecord scales)
                || !(scheme.get(2) instanceof TensorRecord zeros)
                || !Long.valueOf(0).equals(scheme.get(3))) {
            throw damaged("a quantized tensor is of a kind that can't be read");
        }
        List<Object> plain = new ArrayList<>(arguments);
        plain.set(0, new Storage(storage.key(), storage.dataType(), storage.elements(), false));
        plain.remove(4);
        TensorRecord values = tensor(plain);
        if (values.shape().dimension() != 2
                || values.shape().size() < 1
                || !values.isContiguous()
                || !isVector(scales, DataType.FLOAT64, values.shape().get(0))
                || !isVector(zeros, DataType.INT64, values.shape().get(0))) {
            throw damaged("a quantized tensor is of a kind that can't be read");
        }
        return new QuantizedMatrix(values);
    }

    private void persistentId() throws ArchiveException {
        if (!(pop() instanceof List<?> id)
                || id.size() != 5
                || !"storage".equals(id.get(0))
                || !(id.get(1) instanceof Global type)
                || !(id.get(2) instanceof String key)
                || !(id.get(3) instanceof String)
                || !(id.get(4) instanceof Long elements)) {
            throw damaged("a storage is not described as TorchScript does");
        }
        boolean quantized = type.name().equals(StorageTypes.QUANTIZED);
        DataType dataType =
                StorageTypes.dataType(quantized ? "CharStorage" : type.name())
                        .filter(found -> "torch".equals(type.module()))
                        .orElseThrow(
                                () ->
                                        damaged(
                                                "tensors of "
                                                        + type.qualifiedName()
                                                        + " are not supported"));
        if (!key.matches("\\d{1,9}") || elements < 0 || elements > Long.MAX_VALUE / 16) {
            throw damaged("the storage '" + key + "' of " + elements + " elements is invalid");
        }
        stack.add(new Storage(key, dataType, elements, quantized));
    }

    private void reduce() throws ArchiveException {
        List<Object> call = popLast(2);
        if (!(call.get(0) instanceof Global function)
                || !(call.get(1) instanceof List<?> arguments)) {
            throw damaged("a call is not made as TorchScript does");
        }
        stack.add(
                switch (function.qualifiedName()) {
                    case "torch._utils._rebuild_tensor_v2" -> tensor(arguments);
                    case "torch._utils._rebuild_qtensor" -> quantized(arguments);
                    case "collections.OrderedDict" ->
                            new Dict(new LinkedHashMap<>(), in.position());
                    case "torch.jit._pickle.build_intlist" -> listOf(Long.class, arguments);
                    case "torch.jit._pickle.build_doublelist" -> listOf(Double.class, arguments);
                    case "torch.jit._pickle.build_boollist" -> listOf(Boolean.class, arguments);
                    case "torch.jit._pickle.build_tensorlist" ->
                            listOf(TensorRecord.class, arguments);
                    case "torch.jit._pickle.restore_type_tag" -> tagged(arguments);
                    case "torch.device" -> {
                        if (arguments.size() != 1 || !(arguments.get(0) instanceof String)) {
                            throw damaged("a device is not described as TorchScript does");
                        }
                        yield arguments.get(0);
                    }
                    default ->
                            throw damaged(
                                    "the call of "
                                            + function.qualifiedName()
                                            + " is not supported (quantized, sparse and subclassed"
                                            + " tensors can't be read)");
                });
    }

    private List<?> listOf(Class<?> type, List<?> arguments) throws ArchiveException {
        if (arguments.size() != 1
                || !(arguments.get(0) instanceof List<?> list)
                || !list.stream().allMatch(type::isInstance)) {
            throw damaged("a list holds something else than it says");
        }
        return list;
    }

    /** Reads a value with its type, a text that the engine reads by recursion. */
    private Object tagged(List<?> arguments) throws ArchiveException {
        if (arguments.size() != 2
                || !(arguments.get(0) instanceof List || arguments.get(0) instanceof Map)
                || !(arguments.get(1) instanceof String type)
                || type.chars().filter(c -> c == '[' || c == '(').count() > MAX_NESTING) {
            throw damaged("the type of a list or dictionary is not described as TorchScript does");
        }
        return arguments.get(0);
    }

    private TensorRecord tensor(List<?> arguments) throws ArchiveException {
        if (arguments.size() < 6
                || !(arguments.get(0) instanceof Storage storage)
                || storage.quantized()
                || !(arguments.get(1) instanceof Long offset)
                || !(arguments.get(4) instanceof Boolean requiresGrad)) {
            throw damaged("a tensor is not described as TorchScript does");
        }
        dropped.addAll(arguments.subList(5, arguments.size()));
        List<Long> sizes = sizes(arguments.get(2));
        List<Long> strides = sizes(arguments.get(3));
        if (sizes.size() != strides.size() || sizes.size() > MAX_DIMENSIONS || offset < 0) {
            throw damaged("the shape of a tensor in storage " + storage.key() + " is invalid");
        }
        Shape shape = new Shape(sizes.stream().mapToLong(Long::longValue).toArray());
        TensorRecord tensor =
                new TensorRecord(
                        storage.key(),
                        storage.dataType(),
                        storage.elements(),
                        offset,
                        shape,
                        strides,
                        requiresGrad);
        if (!isWithinStorage(tensor, sizes)) {
            throw damaged("a tensor of shape " + shape + " exceeds its storage " + storage.key());
        }
        tensors.add(tensor);
        uses.merge(storage.key(), 1, Integer::sum);
        return tensor;
    }

    private static boolean isWithinStorage(TensorRecord tensor, List<Long> sizes) {
        try {
            // A broadcast view may have more elements than its storage, but not without bounds.
            long elements = sizes.stream().reduce(1L, Math::multiplyExact);
            Math.multiplyExact(elements, 16L);
            return tensor.storageEnd() <= tensor.storageElements();
        } catch (ArithmeticException e) {
            return false;
        }
    }

    private List<Long> sizes(Object value) throws ArchiveException {
        if (!(value instanceof List<?> list)) {
            throw damaged("the shape of a tensor is no tuple");
        }
        List<Long> sizes = new ArrayList<>();
        for (Object element : list) {
            if (!(element instanceof Long size) || size < 0) {
                throw damaged("the shape of a tensor holds something else than sizes");
            }
            sizes.add(size);
        }
        return sizes;
    }

    private static List<Object> tuple(List<Object> values) {
        values.replaceAll(PickleReader::plain);
        return Collections.unmodifiableList(values);
    }

    /** Takes the wrapping off dictionaries; they must be wrapped only while they are filled. */
    private static Object plain(Object value) {
        return value instanceof Dict dict ? dict.entries() : value;
    }

    @SuppressWarnings("unchecked") // only lists made by EMPTY_LIST are ArrayLists
    private List<Object> mutableList(Object value) throws ArchiveException {
        if (!(value instanceof ArrayList<?> list)) {
            throw damaged("a value is appended to something that is no list");
        }
        return (List<Object>) list;
    }

    private Object peek() throws ArchiveException {
        if (stack.isEmpty()) {
            throw damaged("its stack runs empty");
        }
        return stack.get(stack.size() - 1);
    }

    private Object pop() throws ArchiveException {
        return popLast(1).get(0);
    }

    private List<Object> popMark() throws ArchiveException {
        if (marks.isEmpty() || marks.get(marks.size() - 1) > stack.size()) {
            throw damaged("a mark is missing");
        }
        return popLast(stack.size() - marks.remove(marks.size() - 1));
    }

    private List<Object> popLast(int count) throws ArchiveException {
        if (stack.size() < count) {
            throw damaged("its stack runs empty");
        }
        List<Object> last = stack.subList(stack.size() - count, stack.size());
        List<Object> values = new ArrayList<>(last);
        last.clear();
        return values;
    }

    private ArchiveException damaged(String reason) {
        return PickleInput.damaged(file, reason);
    }
}
