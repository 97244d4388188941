<?xml version='1.0' encoding='utf-8'?>
<TS version="2.1" language="zh_CN">
    <context>
        <name>Actions</name>
        <message>
            <source>&amp;File</source>
            <translation>文件(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Open model folder …</source>
            <translation>打开模型文件夹(&amp;O) …</translation>
        </message>
        <message>
            <source>&amp;Models</source>
            <translation>模型(&amp;M)</translation>
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation>退出(&amp;Q)</translation>
        </message>
        <message>
            <source>&amp;Edit</source>
            <translation>编辑(&amp;E)</translation>
        </message>
        <message>
            <source>&amp;Undo</source>
            <translation>撤销(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <translation>重做(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Clear the prompt</source>
            <translation>清空输入(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Add the likeliest token</source>
            <translation>添加最可能的词元(&amp;A)</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>视图(&amp;V)</translation>
        </message>
        <message>
            <source>&amp;Weight scale</source>
            <translation>权重标度(&amp;W)</translation>
        </message>
        <message>
            <source>&amp;Linear</source>
            <translation>线性(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Square root</source>
            <translation>平方根(&amp;S)</translation>
        </message>
        <message>
            <source>L&amp;ogarithmic</source>
            <translation>对数(&amp;O)</translation>
        </message>
        <message>
            <source>Show all &amp;cells</source>
            <translation>显示全部格子(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Theme</source>
            <translation>主题(&amp;T)</translation>
        </message>
        <message>
            <source>As the &amp;system</source>
            <translation>跟随系统(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Light</source>
            <translation>浅色(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Dark</source>
            <translation>深色(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Language</source>
            <translation>语言(&amp;L)</translation>
        </message>
        <message>
            <source>L&amp;arger type</source>
            <translation>放大文字(&amp;A)</translation>
        </message>
        <message>
            <source>S&amp;maller type</source>
            <translation>缩小文字(&amp;M)</translation>
        </message>
        <message>
            <source>&amp;Normal type</source>
            <translation>默认字号(&amp;N)</translation>
        </message>
        <message>
            <source>&amp;Full screen</source>
            <translation>全屏(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Head</source>
            <translation>注意力头(&amp;H)</translation>
        </message>
        <message>
            <source>Next &amp;layer</source>
            <translation>下一层(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Previous layer</source>
            <translation>上一层(&amp;P)</translation>
        </message>
        <message>
            <source>&amp;Next head</source>
            <translation>下一个头(&amp;N)</translation>
        </message>
        <message>
            <source>P&amp;revious head</source>
            <translation>上一个头(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Release</source>
            <translation>取消固定(&amp;R)</translation>
        </message>
        <message>
            <source>Go to the pro&amp;mpt</source>
            <translation>转到输入框(&amp;M)</translation>
        </message>
        <message>
            <source>Go to the &amp;sheet</source>
            <translation>转到总览(&amp;S)</translation>
        </message>
        <message>
            <source>Go to the pre&amp;dictions</source>
            <translation>转到预测(&amp;D)</translation>
        </message>
        <message>
            <source>Hel&amp;p</source>
            <translation>帮助(&amp;P)</translation>
        </message>
        <message>
            <source>&amp;Keys</source>
            <translation>快捷键(&amp;K)</translation>
        </message>
        <message>
            <source>&amp;About Headlight</source>
            <translation>关于 Headlight(&amp;A)</translation>
        </message>
        <message>
            <source>About Headlight</source>
            <translation>关于 Headlight</translation>
        </message>
        <message>
            <source>Headlight {version}: see what every head of every layer of a Transformer looks at, as you type.</source>
            <translation>Headlight {version}：边输入边看 Transformer 每一层每一个注意力头在看什么。</translation>
        </message>
        <message>
            <source>The log is in {folder}.</source>
            <translation>日志位于 {folder}。</translation>
        </message>
    </context>
    <context>
        <name>ColourBar</name>
        <message>
            <source>weight</source>
            <translation>权重</translation>
        </message>
        <message>
            <source>masked</source>
            <translation>被掩蔽</translation>
        </message>
        <message>
            <source>Colour bar of attention weights, 0 to 1</source>
            <translation>注意力权重的色标，0 到 1</translation>
        </message>
    </context>
    <context>
        <name>HeadMatrix</name>
        <message>
            <source>key: the token that is looked at</source>
            <translation>键（key）：被看的词元</translation>
        </message>
        <message>
            <source>query: the token that looks</source>
            <translation>查询（query）：在看的词元</translation>
        </message>
        <message>
            <source>Point at a head to see it here, click to keep it.</source>
            <translation>指向一个头即可在此放大，单击可固定。</translation>
        </message>
        <message>
            <source>Attention of one head</source>
            <translation>一个头的注意力</translation>
        </message>
        <message>
            <source>Point at a cell to read its weight.</source>
            <translation>指向一个格子可读出其权重。</translation>
        </message>
        <message>
            <source>“{query}” ({i}) can't see “{key}” ({j}): masked</source>
            <translation>“{query}”（{i}）看不到“{key}”（{j}）：被掩蔽</translation>
        </message>
        <message>
            <source>“{query}” ({i}) looks at “{key}” ({j}): weight {weight}, score {score}</source>
            <translation>“{query}”（{i}）看“{key}”（{j}）：权重 {weight}，分数 {score}</translation>
        </message>
    </context>
    <context>
        <name>HeadSheet</name>
        <message>
            <source>Head sheet</source>
            <translation>注意力头总览</translation>
        </message>
        <message>
            <source>layer</source>
            <translation>层</translation>
        </message>
        <message>
            <source>head</source>
            <translation>头</translation>
        </message>
        <message>
            <source>Type a sentence above to see every head of every layer.</source>
            <translation>在上方输入一句话，即可看到每一层的每一个头。</translation>
        </message>
        <message>
            <source>{layers} layers of {heads} heads on {tokens} tokens</source>
            <translation>{layers} 层，每层 {heads} 个头，{tokens} 个词元</translation>
        </message>
    </context>
    <context>
        <name>Predictions</name>
        <message>
            <source>Next-token predictions</source>
            <translation>下一个词元的预测</translation>
        </message>
        <message>
            <source>Click a token, or move to it and press Enter, to add it to the prompt.</source>
            <translation>单击词元，或移到其上按回车，即可将其加入输入。</translation>
        </message>
        <message>
            <source>Nothing to predict yet.</source>
            <translation>还没有可预测的内容。</translation>
        </message>
    </context>
    <context>
        <name>PromptEditor</name>
        <message>
            <source>Prompt</source>
            <translation>输入</translation>
        </message>
        <message>
            <source>Type a sentence.</source>
            <translation>请输入一句话。</translation>
        </message>
    </context>
    <context>
        <name>ShortcutSheet</name>
        <message>
            <source>Keys</source>
            <translation>快捷键</translation>
        </message>
        <message>
            <source>In the sheet: move the pin</source>
            <translation>在总览中：移动固定的头</translation>
        </message>
        <message>
            <source>In the predictions: choose, add</source>
            <translation>在预测中：选择、添加</translation>
        </message>
    </context>
    <context>
        <name>Window</name>
        <message>
            <source>Open a model folder</source>
            <translation>打开模型文件夹</translation>
        </message>
        <message>
            <source>Heads</source>
            <translation>注意力头</translation>
        </message>
        <message>
            <source>Loading {model} …</source>
            <translation>正在载入 {model} …</translation>
        </message>
        <message>
            <source>Starting …</source>
            <translation>正在启动 …</translation>
        </message>
        <message>
            <source>Headlight</source>
            <translation>Headlight</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>输入</translation>
        </message>
        <message>
            <source>No head is pinned</source>
            <translation>没有固定的头</translation>
        </message>
        <message>
            <source>Next token</source>
            <translation>下一个词元</translation>
        </message>
    </context>
    <context>
        <name>captions</name>
        <message>
            <source>square-root scale</source>
            <translation>平方根标度</translation>
        </message>
        <message>
            <source>logarithmic scale</source>
            <translation>对数标度</translation>
        </message>
        <message>
            <source>each pixel: the largest weight it covers</source>
            <translation>每个像素取其覆盖的最大权重</translation>
        </message>
        <message>
            <source>No head is pinned</source>
            <translation>没有固定的头</translation>
        </message>
        <message>
            <source>Layer {layer}, head {head}</source>
            <translation>第 {layer} 层，第 {head} 头</translation>
        </message>
        <message>
            <source>previous-token head ({score})</source>
            <translation>前一词元头（{score}）</translation>
        </message>
        <message>
            <source>induction head ({score})</source>
            <translation>归纳头（{score}）</translation>
        </message>
        <message>
            <source>Next token</source>
            <translation>下一个词元</translation>
        </message>
        <message>
            <source>Next token, after “{token}”</source>
            <translation>“{token}”之后的词元</translation>
        </message>
        <message>
            <source>{name} ({million} M parameters)</source>
            <translation>{name}（{million} M 参数）</translation>
        </message>
        <message>
            <source>{tokens} of {context} tokens</source>
            <translation>{tokens} / {context} 个词元</translation>
        </message>
        <message>
            <source>step {step}</source>
            <translation>第 {step} 步</translation>
        </message>
        <message>
            <source>{ms} ms from key to picture</source>
            <translation>按键到画面 {ms} 毫秒</translation>
        </message>
        <message>
            <source>The prompt is empty; the picture is that of the last text.</source>
            <translation>输入为空；画面仍是上一段文字的。</translation>
        </message>
        <message>
            <source>The model gives weights that are no numbers; its file is damaged.</source>
            <translation>模型给出了非数值的权重；其文件已损坏。</translation>
        </message>
        <message>
            <source>The model reads {context} tokens: the first {kept} of {total} characters are shown.</source>
            <translation>模型最多读取 {context} 个词元：显示了 {total} 个字符中的前 {kept} 个。</translation>
        </message>
    </context>
    <context>
        <name>core</name>
        <message>
            <source>{path} can't be written, so text and choices are not remembered; make the folder writable or set XDG_CONFIG_HOME to one that is.</source>
            <translation>无法写入 {path}，因此不会记住文字和设置；请让该文件夹可写，或将 XDG_CONFIG_HOME 设为可写的文件夹。</translation>
        </message>
        <message>
            <source>This system has no font, so no word can be drawn; install one, on Debian and Ubuntu with: apt install fonts-dejavu-core.</source>
            <translation>此系统没有任何字体，无法显示文字；请安装一种，在 Debian 和 Ubuntu 上：apt install fonts-dejavu-core。</translation>
        </message>
        <message>
            <source>This system has no Chinese font; install one, on Debian and Ubuntu with: apt install fonts-noto-cjk.</source>
            <translation>此系统没有中文字体；请安装一种，在 Debian 和 Ubuntu 上：apt install fonts-noto-cjk。</translation>
        </message>
        <message>
            <source>{message}; {program} --help tells what can be given.</source>
            <translation>{message}；{program} --help 说明可以给出什么。</translation>
        </message>
        <message>
            <source>--pixels is {found}; give a number from {least} to {most}.</source>
            <translation>--pixels 为 {found}；请给出 {least} 到 {most} 的数。</translation>
        </message>
        <message>
            <source>{path} should end in {endings}.</source>
            <translation>{path} 的结尾应为 {endings}。</translation>
        </message>
        <message>
            <source>{path} can't be written: there is no folder {folder}.</source>
            <translation>无法写入 {path}：没有文件夹 {folder}。</translation>
        </message>
        <message>
            <source>{option} is {found}; give two whole numbers from {least} to {most}.</source>
            <translation>{option} 为 {found}；请给出 {least} 到 {most} 的两个整数。</translation>
        </message>
        <message>
            <source>torch can't be imported ({reason}); install Headlight again.</source>
            <translation>无法导入 torch（{reason}）；请重新安装 Headlight。</translation>
        </message>
        <message>
            <source>There is not enough memory for this text and model; shorten the text or open a smaller model.</source>
            <translation>内存不足以处理这段文字和这个模型；请缩短文字或打开较小的模型。</translation>
        </message>
        <message>
            <source>This could not be computed; the log says why. The last picture stays.</source>
            <translation>这次计算失败，原因见日志；上一幅画面保持不变。</translation>
        </message>
        <message>
            <source>There is no display; start it on a desktop, or draw without one: headlight snapshot --text "…" --out picture.png.</source>
            <translation>没有显示器；请在桌面环境中启动，或不用显示器直接绘图：headlight snapshot --text "…" --out picture.png。</translation>
        </message>
        <message>
            <source>The display {display} does not answer; check {variable}, or draw without one: headlight snapshot --text "…" --out picture.png.</source>
            <translation>显示器 {display} 没有响应；请检查 {variable}，或不用显示器直接绘图：headlight snapshot --text "…" --out picture.png。</translation>
        </message>
        <message>
            <source>QT_QPA_PLATFORM names {name}, which this Qt does not have; unset it.</source>
            <translation>QT_QPA_PLATFORM 指定了 {name}，而此 Qt 没有它；请取消该设置。</translation>
        </message>
        <message>
            <source>Qt can't be loaded ({reason}); install what it names and start again.</source>
            <translation>无法加载 Qt（{reason}）；请安装其中提到的内容后重新启动。</translation>
        </message>
        <message>
            <source>Qt needs the system library {library}; install it, on Debian and Ubuntu with: apt install {package}.</source>
            <translation>Qt 需要系统库 {library}；请安装它，在 Debian 和 Ubuntu 上：apt install {package}。</translation>
        </message>
        <message>
            <source>There is no layer {layer}, head {head}; this model has {layers} layers of {heads} heads.</source>
            <translation>没有第 {layer} 层第 {head} 头；此模型有 {layers} 层，每层 {heads} 个头。</translation>
        </message>
        <message>
            <source>The text has no tokens; type at least one word.</source>
            <translation>这段文字没有词元；请至少输入一个词。</translation>
        </message>
        <message>
            <source>The picture was not there after two minutes; the log says why.</source>
            <translation>两分钟后仍没有画面，原因见日志。</translation>
        </message>
        <message>
            <source>There is not enough memory for this picture; make it smaller.</source>
            <translation>内存不足以绘制这幅图；请把它缩小。</translation>
        </message>
        <message>
            <source>{model} is neither a folder nor a bundled model; bundled are {known}.</source>
            <translation>{model} 既不是文件夹，也不是自带的模型；自带的有 {known}。</translation>
        </message>
        <message>
            <source>{path} is no folder; name the folder that holds config.json and model.safetensors.</source>
            <translation>{path} 不是文件夹；请指明包含 config.json 和 model.safetensors 的文件夹。</translation>
        </message>
        <message>
            <source>{path}: model_type is {found}; this program opens {known}.</source>
            <translation>{path}：model_type 为 {found}；本程序可打开 {known}。</translation>
        </message>
        <message>
            <source>{path} gives ids up to {found}, but the model has {rows} tokens.</source>
            <translation>{path} 给出的编号最大为 {found}，但模型只有 {rows} 个词元。</translation>
        </message>
        <message>
            <source>{path} can't be read: {reason}.</source>
            <translation>无法读取 {path}：{reason}。</translation>
        </message>
        <message>
            <source>{path} is no regular file.</source>
            <translation>{path} 不是普通文件。</translation>
        </message>
        <message>
            <source>{path} has {size} bytes; at most {limit} are read.</source>
            <translation>{path} 有 {size} 字节；最多读取 {limit} 字节。</translation>
        </message>
        <message>
            <source>{path} is no JSON this program can read: {reason}.</source>
            <translation>{path} 不是本程序能读取的 JSON：{reason}。</translation>
        </message>
        <message>
            <source>{path} holds no JSON object.</source>
            <translation>{path} 中没有 JSON 对象。</translation>
        </message>
        <message>
            <source>{path} holds {count} tensors that this family does not have, such as {key}.</source>
            <translation>{path} 含有 {count} 个此系列没有的张量，例如 {key}。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: {reason}.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：{reason}。</translation>
        </message>
        <message>
            <source>{path} is a pickle, which can run code; convert it with save_pretrained of transformers, which writes model.safetensors.</source>
            <translation>{path} 是可能执行代码的 pickle 文件；请用 transformers 的 save_pretrained 转换，它会写出 model.safetensors。</translation>
        </message>
        <message>
            <source>{path} has no tensor {key}; it should be there with shape {shape}.</source>
            <translation>{path} 中没有张量 {key}；它应当存在，形状为 {shape}。</translation>
        </message>
        <message>
            <source>{path}: {key} has shape {found}; config.json asks for {shape}.</source>
            <translation>{path}：{key} 的形状为 {found}；config.json 要求 {shape}。</translation>
        </message>
        <message>
            <source>{path}: {key} is of type {found}; this program reads {known}.</source>
            <translation>{path}：{key} 的类型为 {found}；本程序可读取 {known}。</translation>
        </message>
        <message>
            <source>config.json: n_embd is {width}, which {heads} heads do not divide.</source>
            <translation>config.json：n_embd 为 {width}，不能被 {heads} 个头整除。</translation>
        </message>
        <message>
            <source>config.json: scale_attn_by_inverse_layer_idx is set, which this program does not compute.</source>
            <translation>config.json：设置了 scale_attn_by_inverse_layer_idx，本程序不作此计算。</translation>
        </message>
        <message>
            <source>Only a decoder with learned positions, norms before its sublayers and at its end, and heads that share its width can be written as GPT-2.</source>
            <translation>只有位置可学习、归一化在各子层之前和末尾、且各头平分宽度的解码器才能写成 GPT-2 格式。</translation>
        </message>
        <message>
            <source>a whole number from 1 to 16777216</source>
            <translation>1 到 16777216 的整数</translation>
        </message>
        <message>
            <source>a number above 0</source>
            <translation>大于 0 的数</translation>
        </message>
        <message>
            <source>true or false</source>
            <translation>true 或 false</translation>
        </message>
        <message>
            <source>config.json has no {name}; the file is not whole, or not of this family.</source>
            <translation>config.json 中没有 {name}；文件不完整，或不属于此系列。</translation>
        </message>
        <message>
            <source>config.json: {name} is {value}; expected {expected}.</source>
            <translation>config.json：{name} 为 {value}；应为 {expected}。</translation>
        </message>
        <message>
            <source>{name} is {value!r}; it must be a whole number from {least} to {most}.</source>
            <translation>{name} 为 {value!r}；必须是 {least} 到 {most} 的整数。</translation>
        </message>
        <message>
            <source>{name} is {value}; it must be from 0 to 1.</source>
            <translation>{name} 为 {value}；必须在 0 到 1 之间。</translation>
        </message>
        <message>
            <source>{name} is {value!r}; known are {known}.</source>
            <translation>{name} 为 {value!r}；已知的有 {known}。</translation>
        </message>
        <message>
            <source>The model has no layers; it needs at least one.</source>
            <translation>模型没有层；至少需要一层。</translation>
        </message>
        <message>
            <source>Sinusoidal positions need an even width; this one is {width}.</source>
            <translation>正弦位置编码需要偶数宽度；此处为 {width}。</translation>
        </message>
        <message>
            <source>Dropout is {value}; it must be from 0 to below 1.</source>
            <translation>dropout 为 {value}；必须大于等于 0 且小于 1。</translation>
        </message>
        <message>
            <source>The learning rate is {value}; it must be above 0.</source>
            <translation>学习率为 {value}；必须大于 0。</translation>
        </message>
        <message>
            <source>betas are {value}; both must be from 0 to below 1.</source>
            <translation>betas 为 {value}；两者都必须大于等于 0 且小于 1。</translation>
        </message>
        <message>
            <source>clip is {value}; it must not be below 0.</source>
            <translation>clip 为 {value}；不得小于 0。</translation>
        </message>
        <message>
            <source>a whole number</source>
            <translation>整数</translation>
        </message>
        <message>
            <source>a number</source>
            <translation>数</translation>
        </message>
        <message>
            <source>a text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>{value} stands where an object with settings is due.</source>
            <translation>{value} 所在之处应为含有设置的对象。</translation>
        </message>
        <message>
            <source>There is no setting named {name!r}; known are {known}.</source>
            <translation>没有名为 {name!r} 的设置；已知的有 {known}。</translation>
        </message>
        <message>
            <source>{name} is {value}; it must be {expected}.</source>
            <translation>{name} 为 {value}；必须是{expected}。</translation>
        </message>
        <message>
            <source>The setting {name} is missing.</source>
            <translation>缺少设置 {name}。</translation>
        </message>
        <message>
            <source>a list</source>
            <translation>列表</translation>
        </message>
        <message>
            <source>an object</source>
            <translation>对象</translation>
        </message>
        <message>
            <source>{path} is no tokenizer this program can read: {reason}.</source>
            <translation>{path} 不是本程序能读取的分词器：{reason}。</translation>
        </message>
        <message>
            <source>The tokenizer can't read this text: {reason}.</source>
            <translation>分词器无法读取这段文字：{reason}。</translation>
        </message>
        <message>
            <source>{path} can't be written: {reason}.</source>
            <translation>无法写入 {path}：{reason}。</translation>
        </message>
        <message>
            <source>{path} is no recipe this program can follow: {reason}.</source>
            <translation>{path} 不是本程序能执行的训练配方：{reason}。</translation>
        </message>
        <message>
            <source>{path}: objective is {found!r}; this program trains causal.</source>
            <translation>{path}：objective 为 {found!r}；本程序训练的是 causal。</translation>
        </message>
        <message>
            <source>{path} already holds a run; name another folder, or remove it.</source>
            <translation>{path} 中已有一次训练；请换一个文件夹，或先将其删除。</translation>
        </message>
        <message>
            <source>The window is {window} tokens, but the model's context is {context}.</source>
            <translation>窗口为 {window} 个词元，而模型的上下文只有 {context}。</translation>
        </message>
        <message>
            <source>The loss is no number after step {step}; lower the learning rate.</source>
            <translation>第 {step} 步之后损失不再是数；请降低学习率。</translation>
        </message>
        <message>
            <source>{path} holds no .txt file; name a text file or a folder of them.</source>
            <translation>{path} 中没有 .txt 文件；请指明一个文本文件或含有文本文件的文件夹。</translation>
        </message>
        <message>
            <source>{path} has no file named {name}, which is to be held out.</source>
            <translation>{path} 中没有要留作评估的文件 {name}。</translation>
        </message>
        <message>
            <source>{path} leaves {train} documents to train on and {held_out} to measure on; both need one, so give more text or hold out less.</source>
            <translation>{path} 剩下 {train} 篇可训练、{held_out} 篇可评估；两者都至少需要一篇，请提供更多文字或少留一些。</translation>
        </message>
        <message>
            <source>{path} is not UTF-8 text (byte {at}); convert it first.</source>
            <translation>{path} 不是 UTF-8 文本（第 {at} 字节）；请先转换。</translation>
        </message>
        <message>
            <source>A vocabulary of {vocabulary} tokens can't spell every text; it needs at least {least}.</source>
            <translation>{vocabulary} 个词元的词表无法拼写所有文字；至少需要 {least} 个。</translation>
        </message>
        <message>
            <source>The tokenizer has no {end}, which stands between documents.</source>
            <translation>分词器中没有用于分隔文档的 {end}。</translation>
        </message>
        <message>
            <source>The text has {tokens} tokens and a window needs {window} and one more; give more text or a smaller window.</source>
            <translation>文字有 {tokens} 个词元，而一个窗口需要 {window} 个再加一个；请提供更多文字或缩小窗口。</translation>
        </message>
        <message>
            <source>This model reads too few tokens for this measure.</source>
            <translation>此模型读取的词元太少，无法作此测量。</translation>
        </message>
    </context>
</TS>