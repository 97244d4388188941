<?xml version='1.0' encoding='utf-8'?>
<TS version="2.1" language="zh_CN">
    <context>
        <name>Actions</name>
        <message>
            <source>&amp;File</source>
            <translation>文件(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;New run …</source>
            <translation>新建训练…(&amp;N)</translation>
        </message>
        <message>
            <source>Open &amp;run …</source>
            <translation>打开训练…(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Watch a folder …</source>
            <translation>观察文件夹…(&amp;W)</translation>
        </message>
        <message>
            <source>&amp;Export …</source>
            <translation>导出…(&amp;E)</translation>
        </message>
        <message>
            <source>&amp;Copy the picture</source>
            <translation>复制图像(&amp;C)</translation>
        </message>
        <message>
            <source>Copy the n&amp;umbers</source>
            <translation>复制数值(&amp;U)</translation>
        </message>
        <message>
            <source>Record as a &amp;GIF, or end it</source>
            <translation>录制为 GIF，或结束录制(&amp;G)</translation>
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
            <source>&amp;Let the model write on</source>
            <translation>让模型接着写(&amp;L)</translation>
        </message>
        <message>
            <source>Let the model write &amp;one token</source>
            <translation>让模型写一个词元(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Take its last token back</source>
            <translation>收回最后一个词元(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Show every masked token</source>
            <translation>显示所有被掩蔽的词元(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Draw a new order</source>
            <translation>重新抽取次序(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;No order</source>
            <translation>不用次序(&amp;N)</translation>
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
            <source>L&amp;eave out</source>
            <translation>略去(&amp;E)</translation>
        </message>
        <message>
            <source>&amp;Nothing</source>
            <translation>无(&amp;N)</translation>
        </message>
        <message>
            <source>&amp;Special tokens</source>
            <translation>特殊词元(&amp;S)</translation>
        </message>
        <message>
            <source>Special tokens and the &amp;first</source>
            <translation>特殊词元与首个词元(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Renormalise the rest</source>
            <translation>其余重新归一(&amp;R)</translation>
        </message>
        <message>
            <source>Show all &amp;cells</source>
            <translation>显示全部格子(&amp;C)</translation>
        </message>
        <message>
            <source>Next: &amp;pattern, scores, their parts</source>
            <translation>下一个：注意力、分数及其各项(&amp;P)</translation>
        </message>
        <message>
            <source>Previous: pattern, scores, their p&amp;arts</source>
            <translation>上一个：注意力、分数及其各项(&amp;A)</translation>
        </message>
        <message>
            <source>Next t&amp;int of the heads</source>
            <translation>下一种头的着色(&amp;I)</translation>
        </message>
        <message>
            <source>Previous tint &amp;of the heads</source>
            <translation>上一种头的着色(&amp;O)</translation>
        </message>
        <message>
            <source>Next pa&amp;ge</source>
            <translation>下一页(&amp;G)</translation>
        </message>
        <message>
            <source>Pre&amp;vious page</source>
            <translation>上一页(&amp;V)</translation>
        </message>
        <message>
            <source>Two page&amp;s</source>
            <translation>两页并列(&amp;S)</translation>
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
            <source>&amp;High contrast, light</source>
            <translation>高对比度，浅色(&amp;H)</translation>
        </message>
        <message>
            <source>High &amp;contrast, dark</source>
            <translation>高对比度，深色(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Language</source>
            <translation>语言(&amp;L)</translation>
        </message>
        <message>
            <source>La&amp;rger type</source>
            <translation>放大文字(&amp;R)</translation>
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
            <source>Re&amp;duce motion</source>
            <translation>减少动画(&amp;D)</translation>
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
            <source>Rele&amp;ase</source>
            <translation>取消固定(&amp;A)</translation>
        </message>
        <message>
            <source>Ne&amp;xt query</source>
            <translation>下一个查询(&amp;X)</translation>
        </message>
        <message>
            <source>Pre&amp;vious query</source>
            <translation>上一个查询(&amp;V)</translation>
        </message>
        <message>
            <source>Next &amp;key</source>
            <translation>下一个键(&amp;K)</translation>
        </message>
        <message>
            <source>Previo&amp;us key</source>
            <translation>上一个键(&amp;U)</translation>
        </message>
        <message>
            <source>Attention of the &amp;encoder</source>
            <translation>编码器的注意力(&amp;E)</translation>
        </message>
        <message>
            <source>Attention of the &amp;decoder</source>
            <translation>解码器的注意力(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Cross-attention</source>
            <translation>交叉注意力(&amp;C)</translation>
        </message>
        <message>
            <source>C&amp;ontent stream</source>
            <translation>内容流(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Query stream</source>
            <translation>查询流(&amp;Q)</translation>
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
            <source>Go to the pred&amp;ictions</source>
            <translation>转到预测(&amp;I)</translation>
        </message>
        <message>
            <source>&amp;Model</source>
            <translation>模型(&amp;M)</translation>
        </message>
        <message>
            <source>&amp;Compare with transformers …</source>
            <translation>与 transformers 对比(&amp;C)…</translation>
        </message>
        <message>
            <source>Silence the &amp;head, or let it speak</source>
            <translation>关闭或恢复注意力头(&amp;H)</translation>
        </message>
        <message>
            <source>Silence the &amp;feed-forward, or let it speak</source>
            <translation>关闭或恢复前馈层(&amp;F)</translation>
        </message>
        <message>
            <source>Silence the &amp;token, or let it speak</source>
            <translation>关闭或恢复词元(&amp;T)</translation>
        </message>
        <message>
            <source>Leave &amp;scores without their scale, or scale them</source>
            <translation>得分不缩放，或恢复缩放(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Undo all alterations</source>
            <translation>撤销所有改动(&amp;U)</translation>
        </message>
        <message>
            <source>T&amp;ime</source>
            <translation>时间(&amp;I)</translation>
        </message>
        <message>
            <source>&amp;Play the kept steps, or stay</source>
            <translation>播放保留的步，或停下(&amp;P)</translation>
        </message>
        <message>
            <source>One kept step &amp;back</source>
            <translation>后退一个保留的步(&amp;B)</translation>
        </message>
        <message>
            <source>One kept step &amp;on</source>
            <translation>前进一个保留的步(&amp;O)</translation>
        </message>
        <message>
            <source>The &amp;first step</source>
            <translation>最早的一步(&amp;F)</translation>
        </message>
        <message>
            <source>The &amp;newest step</source>
            <translation>最新的一步(&amp;N)</translation>
        </message>
        <message>
            <source>&amp;Compare with this step, or no more</source>
            <translation>与这一步比较，或不再比较(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Train</source>
            <translation>训练(&amp;T)</translation>
        </message>
        <message>
            <source>Train this model &amp;further …</source>
            <translation>继续训练此模型…(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Play or pause</source>
            <translation>继续或暂停(&amp;P)</translation>
        </message>
        <message>
            <source>&amp;One step</source>
            <translation>一步(&amp;O)</translation>
        </message>
        <message>
            <source>Se&amp;veral steps</source>
            <translation>若干步(&amp;V)</translation>
        </message>
        <message>
            <source>&amp;Save a checkpoint</source>
            <translation>保存检查点(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Memory for the timeline</source>
            <translation>时间线所用内存(&amp;M)</translation>
        </message>
    </context>
    <context>
        <name>ActivationsPage</name>
        <message>
            <source>Tensor</source>
            <translation>张量</translation>
        </message>
        <message>
            <source>Layer</source>
            <translation>层</translation>
        </message>
        <message>
            <source>The layer of the selected head</source>
            <translation>所选注意力头所在的层</translation>
        </message>
        <message>
            <source>Values</source>
            <translation>数值</translation>
        </message>
        <message>
            <source>A row a position, a column a dimension</source>
            <translation>一行一个位置，一列一个维度</translation>
        </message>
        <message>
            <source>Distribution</source>
            <translation>分布</translation>
        </message>
        <message>
            <source>How many values are how large</source>
            <translation>多大的值有多少个</translation>
        </message>
        <message>
            <source>Norms</source>
            <translation>范数</translation>
        </message>
        <message>
            <source>The Euclidean length of the vector at each position, by layer</source>
            <translation>各层每个位置上向量的欧几里得长度</translation>
        </message>
        <message>
            <source>Activations</source>
            <translation>激活</translation>
        </message>
        <message>
            <source>Norms by layer and position</source>
            <translation>各层各位置的范数</translation>
        </message>
        <message>
            <source>positions × dimensions: {positions} × {width}</source>
            <translation>位置 × 维度：{positions} × {width}</translation>
        </message>
        <message>
            <source>logarithmic counts</source>
            <translation>计数取对数</translation>
        </message>
        <message>
            <source>longest per pixel</source>
            <translation>每像素取最长者</translation>
        </message>
        <message>
            <source>logarithmic scale</source>
            <translation>对数刻度</translation>
        </message>
        <message>
            <source>largest |x| per pixel</source>
            <translation>每像素取最大 |x|</translation>
        </message>
        <message>
            <source>{count} beyond colours</source>
            <translation>{count} 个超出颜色范围</translation>
        </message>
        <message>
            <source>Point at a bar to read it.</source>
            <translation>指向一根柱即可读数。</translation>
        </message>
        <message>
            <source>Point at a value to read it.</source>
            <translation>指向一个值即可读数。</translation>
        </message>
    </context>
    <context>
        <name>BytesBar</name>
        <message>
            <source>{done} of {total}</source>
            <translation>{done} / {total}</translation>
        </message>
    </context>
    <context>
        <name>Canvas</name>
        <message>
            <source>“{token}” ({i})</source>
            <translation>“{token}”（{i}）</translation>
        </message>
        <message>
            <source>dimension {n}: {value}</source>
            <translation>维 {n}：{value}</translation>
        </message>
        <message>
            <source>head {n}: {value}</source>
            <translation>头 {n}：{value}</translation>
        </message>
        <message>
            <source>head {head}, dimension {n}: {value}</source>
            <translation>头 {head}，维 {n}：{value}</translation>
        </message>
        <message>
            <source>unit {n}: {value}</source>
            <translation>单元 {n}：{value}</translation>
        </message>
        <message>
            <source>{n}: {value}</source>
            <translation>{n}：{value}</translation>
        </message>
        <message>
            <source>from {least} to {most}</source>
            <translation>从 {least} 到 {most}</translation>
        </message>
    </context>
    <context>
        <name>Changes</name>
        <message>
            <source>What this head writes to the residual stream, times the factor.</source>
            <translation>此头写入残差流的内容乘以该系数。</translation>
        </message>
        <message>
            <source>Silence the other heads of the layer</source>
            <translation>关闭本层其他头</translation>
        </message>
        <message>
            <source>What the feed-forward of this layer writes to the stream, times the factor.</source>
            <translation>本层前馈写入残差流的内容乘以该系数。</translation>
        </message>
        <message>
            <source>Silence the feed-forwards of all other layers</source>
            <translation>关闭其他各层的前馈</translation>
        </message>
        <message>
            <source>The embedding of this token, times the factor; its position stays.</source>
            <translation>此词元的嵌入乘以该系数；位置不变。</translation>
        </message>
        <message>
            <source>Silence all other tokens</source>
            <translation>关闭其他所有词元</translation>
        </message>
        <message>
            <source>Silence</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Isolate</source>
            <translation>只留</translation>
        </message>
        <message>
            <source>Undo all</source>
            <translation>全部撤销</translation>
        </message>
        <message>
            <source>The model as it was opened (Ctrl+Alt+Z)</source>
            <translation>恢复刚打开时的模型（Ctrl+Alt+Z）</translation>
        </message>
        <message>
            <source>Against</source>
            <translation>对照</translation>
        </message>
        <message>
            <source>Another prompt, for the same model</source>
            <translation>同一模型的另一段输入</translation>
        </message>
        <message>
            <source>The other prompt</source>
            <translation>对照输入</translation>
        </message>
        <message>
            <source>The other model</source>
            <translation>对照模型</translation>
        </message>
        <message>
            <source>The other step</source>
            <translation>另一个训练步</translation>
        </message>
        <message>
            <source>Of a step that is not kept, the nearest is shown</source>
            <translation>若该步没有保存，则显示最近的一步</translation>
        </message>
        <message>
            <source>Predictions on both sides</source>
            <translation>两侧的预测</translation>
        </message>
        <message>
            <source>Change of the residual stream by layer and token</source>
            <translation>各层各词元残差流的变化</translation>
        </message>
        <message>
            <source>Nothing</source>
            <translation>无</translation>
        </message>
        <message>
            <source>No comparison</source>
            <translation>不对照</translation>
        </message>
        <message>
            <source>Untouched</source>
            <translation>未改动</translation>
        </message>
        <message>
            <source>The same without alterations</source>
            <translation>没有改动的同一模型</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>输入</translation>
        </message>
        <message>
            <source>Another prompt, which begins as this one</source>
            <translation>另一段输入，起初与当前相同</translation>
        </message>
        <message>
            <source>Head</source>
            <translation>注意力头</translation>
        </message>
        <message>
            <source>The head that is pinned now; then pin another</source>
            <translation>先以当前固定的头为对照，再固定另一个</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Another model, with the same prompt</source>
            <translation>同一输入下的另一个模型</translation>
        </message>
        <message>
            <source>Step</source>
            <translation>训练步</translation>
        </message>
        <message>
            <source>Another step of the training</source>
            <translation>训练中的另一步</translation>
        </message>
        <message>
            <source>What if</source>
            <translation>假如</translation>
        </message>
        <message>
            <source>largest per pixel</source>
            <translation>每像素取最大值</translation>
        </message>
        <message>
            <source>layer {layer}, head {head}</source>
            <translation>第 {layer} 层第 {head} 头</translation>
        </message>
        <message>
            <source>feed-forward of layer {layer}</source>
            <translation>第 {layer} 层前馈</translation>
        </message>
        <message>
            <source>scores not divided by √d</source>
            <translation>得分未除以 √d</translation>
        </message>
        <message>
            <source>no scale to leave out</source>
            <translation>没有可去掉的缩放</translation>
        </message>
        <message>
            <source>token {i}</source>
            <translation>词元 {i}</translation>
        </message>
        <message>
            <source>Point at a cell for its token</source>
            <translation>指向一格以选择词元</translation>
        </message>
        <message>
            <source>Pin a head to alter it</source>
            <translation>固定一个头以便改动</translation>
        </message>
        <message>
            <source>Layer {layer}, head {head}</source>
            <translation>第 {layer} 层，第 {head} 头</translation>
        </message>
        <message>
            <source>Feed-forward, layer {layer}</source>
            <translation>第 {layer} 层前馈</translation>
        </message>
        <message>
            <source>Token {i}, “{token}”</source>
            <translation>词元 {i}“{token}”</translation>
        </message>
        <message>
            <source>Nothing is altered.</source>
            <translation>没有改动。</translation>
        </message>
        <message>
            <source>there</source>
            <translation>对照</translation>
        </message>
        <message>
            <source>here</source>
            <translation>当前</translation>
        </message>
        <message>
            <source>Silence, scale or isolate a part, or choose what to compare with: the predictions of both sides stand here then, and what changes in each layer.</source>
            <translation>关闭、缩放或只留某一部分，或选择与什么对照：两边的预测以及每一层的变化就会显示在这里。</translation>
        </message>
        <message>
            <source>Altered: {parts}</source>
            <translation>已改动：{parts}</translation>
        </message>
        <message>
            <source>The large matrix shows the difference to layer {layer}, head {head}.</source>
            <translation>大矩阵显示与第 {layer} 层第 {head} 头之差。</translation>
        </message>
        <message>
            <source>The other side is not there yet.</source>
            <translation>对照尚未就绪。</translation>
        </message>
        <message>
            <source>The predictions are no numbers.</source>
            <translation>预测值不是数。</translation>
        </message>
        <message>
            <source>The model has no head: it predicts nothing that could be compared.</source>
            <translation>这个模型没有输出头：它不做预测，没有可比较的。</translation>
        </message>
        <message>
            <source>Their predictions can't be compared: the vocabularies differ.</source>
            <translation>词表不同，预测无法比较。</translation>
        </message>
        <message>
            <source>Step {step} against step {other}: {bits} bits apart (KL divergence); in percent:</source>
            <translation>第 {step} 步对第 {other} 步：预测相差 {bits} 比特（KL 散度）；百分比：</translation>
        </message>
        <message>
            <source>Predictions differ by {bits} bits (KL divergence); in percent:</source>
            <translation>预测相差 {bits} 比特（KL 散度）；百分比：</translation>
        </message>
        <message>
            <source>layer {layer}</source>
            <translation>第 {layer} 层</translation>
        </message>
        <message>
            <source>Residual stream after each layer, by token: its change as a share of its length</source>
            <translation>各层之后各词元的残差流：变化占其长度之比</translation>
        </message>
        <message>
            <source>Layer {layer}, token {i}: the stream differs by {share}</source>
            <translation>第 {layer} 层，词元 {i}：残差流相差 {share}</translation>
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
            <source>no number</source>
            <translation>不是数</translation>
        </message>
        <message>
            <source>Colour bar of attention weights, 0 to 1</source>
            <translation>注意力权重的色标，0 到 1</translation>
        </message>
        <message>
            <source>Colour bar of {name}, {low} to {high}</source>
            <translation>{name}的色条，从 {low} 到 {high}</translation>
        </message>
    </context>
    <context>
        <name>ComparisonDialog</name>
        <message>
            <source>Compare with transformers</source>
            <translation>与 transformers 对比</translation>
        </message>
        <message>
            <source>transformers opens the same folder and runs the same prompt; this takes a moment.</source>
            <translation>transformers 正在打开同一文件夹并运行同一提示；请稍候。</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Passed: {count} tensors of {model} are those of transformers {version}, each within its tolerance. Nearest to it: {name}.</source>
            <translation>通过：{model} 的 {count} 个张量与 transformers {version} 一致，均在容差之内。最接近容差的是 {name}。</translation>
        </message>
        <message>
            <source>Failed: of {count} tensors of {model}, {failed} differ from those of transformers {version} by more than their tolerance. Worst: {name}.</source>
            <translation>未通过：{model} 的 {count} 个张量中，有 {failed} 个与 transformers {version} 的差异超出容差。最大的是 {name}。</translation>
        </message>
        <message>
            <source>{missing} more are not told by this version of transformers.</source>
            <translation>另有 {missing} 个张量此版本的 transformers 未给出。</translation>
        </message>
        <message>
            <source>Tensor</source>
            <translation>张量</translation>
        </message>
        <message>
            <source>Shape</source>
            <translation>形状</translation>
        </message>
        <message>
            <source>Largest difference</source>
            <translation>最大差异</translation>
        </message>
        <message>
            <source>Tolerance</source>
            <translation>容差</translation>
        </message>
        <message>
            <source>Verdict</source>
            <translation>结论</translation>
        </message>
        <message>
            <source>passed</source>
            <translation>通过</translation>
        </message>
        <message>
            <source>failed</source>
            <translation>未通过</translation>
        </message>
    </context>
    <context>
        <name>DerivationPage</name>
        <message>
            <source>Point at a head to see its arithmetic, click to keep it.</source>
            <translation>指向一个头以查看其算式，点击固定。</translation>
        </message>
        <message>
            <source>Arithmetic</source>
            <translation>算式</translation>
        </message>
        <message>
            <source>Layer {layer}, head {head}: “{query}” ({i}) can't look at “{key}” ({j})</source>
            <translation>第 {layer} 层第 {head} 头：“{query}”（{i}）看不到“{key}”（{j}）</translation>
        </message>
        <message>
            <source>Layer {layer}, head {head}: “{query}” ({i}) looks at “{key}” ({j})</source>
            <translation>第 {layer} 层第 {head} 头：“{query}”（{i}）看“{key}”（{j}）</translation>
        </message>
        <message>
            <source>several numbers a bar</source>
            <translation>一条代表多个数</translation>
        </message>
        <message>
            <source>Step {at} of {all}: {name}.</source>
            <translation>第 {at} 步，共 {all} 步：{name}。</translation>
        </message>
        <message>
            <source>Some of these numbers are NaN or infinite.</source>
            <translation>其中有些数是 NaN 或无穷大。</translation>
        </message>
        <message>
            <source>Computed again, it is the same.</source>
            <translation>重算结果相同。</translation>
        </message>
        <message>
            <source>Computed again in another order, it differs by at most {gap}.</source>
            <translation>换一种次序重算，至多相差 {gap}。</translation>
        </message>
        <message>
            <source>Computed again, it differs by {gap}: the model runs in {type}.</source>
            <translation>重算相差 {gap}：模型以 {type} 运行。</translation>
        </message>
        <message>
            <source>Computed again, it differs by {gap}, more than rounding explains.</source>
            <translation>重算相差 {gap}，超出舍入误差所能解释的范围。</translation>
        </message>
        <message>
            <source>Steps</source>
            <translation>步骤</translation>
        </message>
        <message>
            <source>The step before (Left)</source>
            <translation>上一步（左）</translation>
        </message>
        <message>
            <source>The next step (Right)</source>
            <translation>下一步（右）</translation>
        </message>
        <message>
            <source>Arithmetic of one cell</source>
            <translation>一格的算式</translation>
        </message>
    </context>
    <context>
        <name>Generation</name>
        <message>
            <source>Temperature</source>
            <translation>温度</translation>
        </message>
        <message>
            <source>Logits are divided by it before softmax: below 1 the likely become likelier; 0 always takes the likeliest.</source>
            <translation>softmax 之前对数几率除以它：小于 1 时可能的更可能；0 则总取最可能的。</translation>
        </message>
        <message>
            <source>Top-k</source>
            <translation>Top-k</translation>
        </message>
        <message>
            <source>Only the k likeliest are drawn from (Fan et al. 2018); 0 for all.</source>
            <translation>只从最可能的 k 个中抽取（Fan 等，2018）；0 表示全部。</translation>
        </message>
        <message>
            <source>Top-p</source>
            <translation>Top-p</translation>
        </message>
        <message>
            <source>Only the likeliest are drawn from that together reach this share (Holtzman et al. 2020).</source>
            <translation>只从合计达到此份额的最可能者中抽取（Holtzman 等，2020）。</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>种子</translation>
        </message>
        <message>
            <source>The same text, settings and seed draw the same token.</source>
            <translation>同样的文本、设置与种子抽出同样的词元。</translation>
        </message>
        <message>
            <source>0: likeliest</source>
            <translation>0：最可能</translation>
        </message>
        <message>
            <source>all</source>
            <translation>全部</translation>
        </message>
        <message>
            <source>One token</source>
            <translation>一个词元</translation>
        </message>
        <message>
            <source>Draw one token and write it (Ctrl+Shift+G)</source>
            <translation>抽取一个词元并写下（Ctrl+Shift+G）</translation>
        </message>
        <message>
            <source>Write on</source>
            <translation>续写</translation>
        </message>
        <message>
            <source>A token after another; Esc stops (Ctrl+G)</source>
            <translation>逐个写下；Esc 停止（Ctrl+G）</translation>
        </message>
        <message>
            <source>Take back</source>
            <translation>收回</translation>
        </message>
        <message>
            <source>Take the last written token back (Ctrl+Alt+G)</source>
            <translation>收回最后写下的词元（Ctrl+Alt+G）</translation>
        </message>
        <message>
            <source>The upper bar is the model's probability, the lower one that of being drawn. Click a token, or move to it and press Enter, to write it.</source>
            <translation>上条为模型给出的概率，下条为被抽到的概率。点击词元，或移到它并按回车，即可写下。</translation>
        </message>
        <message>
            <source>Candidates for the next token</source>
            <translation>下一个词元的候选</translation>
        </message>
        <message>
            <source>Generation</source>
            <translation>生成</translation>
        </message>
        <message>
            <source>drawn by chance, seed {seed}</source>
            <translation>随机抽取，种子 {seed}</translation>
        </message>
        <message>
            <source>This model writes no text: it has no decoder with a head.</source>
            <translation>此模型不写文本：没有带输出头的解码器。</translation>
        </message>
        <message>
            <source>Written so far: one token. In percent:</source>
            <translation>已写 1 个词元。百分比：</translation>
        </message>
        <message>
            <source>Written so far: {count} tokens. In percent:</source>
            <translation>已写 {count} 个词元。百分比：</translation>
        </message>
        <message>
            <source>The text is at its end, or fills the context.</source>
            <translation>文本已到结尾，或已占满上下文。</translation>
        </message>
        <message>
            <source>model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>drawn</source>
            <translation>抽取</translation>
        </message>
    </context>
    <context>
        <name>HeadChips</name>
        <message>
            <source>Heads whose lines are shown</source>
            <translation>画出连线的头</translation>
        </message>
        <message>
            <source>Head {head}: click to show or hide its lines, Enter pins it</source>
            <translation>头 {head}：点击可显示或隐藏它的连线，按回车钉住它</translation>
        </message>
        <message>
            <source>Shown: {heads}</source>
            <translation>已显示：{heads}</translation>
        </message>
    </context>
    <context>
        <name>HeadMatrix</name>
        <message>
            <source>Point at a head to see it here, click to keep it.</source>
            <translation>指向一个头即可在此放大，单击可固定。</translation>
        </message>
        <message>
            <source>Attention of one head</source>
            <translation>一个头的注意力</translation>
        </message>
        <message>
            <source>key: the token that is looked at</source>
            <translation>键（key）：被看的词元</translation>
        </message>
        <message>
            <source>query: the token that looks</source>
            <translation>查询（query）：在看的词元</translation>
        </message>
        <message>
            <source>key: the source token that is looked at</source>
            <translation>键（key）：被看的源词元</translation>
        </message>
        <message>
            <source>query: the target token that looks</source>
            <translation>查询（query）：在看的目标词元</translation>
        </message>
        <message>
            <source>Point at a cell to read its weight.</source>
            <translation>指向一个格子可读出其权重。</translation>
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
            <source>masked</source>
            <translation>被掩蔽</translation>
        </message>
        <message>
            <source>no number</source>
            <translation>不是数</translation>
        </message>
        <message>
            <source>Type a sentence above to see every head of every layer.</source>
            <translation>在上方输入一句话，即可看到每一层的每一个头。</translation>
        </message>
        <message>
            <source>{layers} layers of {heads} heads on {tokens} tokens</source>
            <translation>{layers} 层，每层 {heads} 个头，{tokens} 个词元</translation>
        </message>
        <message>
            <source>in {heads} heads weights are no numbers</source>
            <translation>{heads} 个头的权重不是数</translation>
        </message>
        <message>
            <source>Layer {layer}, head {head}</source>
            <translation>第 {layer} 层，第 {head} 头</translation>
        </message>
        <message>
            <source>Layer {layer}, head {head}: reads key head {key}, as {others} of {heads} do</source>
            <translation>第 {layer} 层第 {head} 头：读取键头 {key}，{heads} 个头中有 {others} 个如此</translation>
        </message>
        <message>
            <source>It has weights that are no numbers.</source>
            <translation>它有些权重不是数。</translation>
        </message>
    </context>
    <context>
        <name>Histogram</name>
        <message>
            <source>all positions</source>
            <translation>所有位置</translation>
        </message>
        <message>
            <source>beyond {number} sd</source>
            <translation>超出 {number} 倍标准差</translation>
        </message>
        <message>
            <source>Values by size; each bar is as high as the logarithm of how many there are. Dashed lines: {number} standard deviations from the mean, on either side.</source>
            <translation>按大小排列的值；柱高为个数的对数。虚线：均值两侧各 {number} 倍标准差。</translation>
        </message>
    </context>
    <context>
        <name>HubDialog</name>
        <message>
            <source>Open from the hub</source>
            <translation>从模型库打开</translation>
        </message>
        <message>
            <source>owner/name, for example openai-community/gpt2</source>
            <translation>所有者/名称，例如 openai-community/gpt2</translation>
        </message>
        <message>
            <source>&amp;Look up</source>
            <translation>查询(&amp;L)</translation>
        </message>
        <message>
            <source>Model &amp;id</source>
            <translation>模型编号(&amp;I)</translation>
        </message>
        <message>
            <source>Files</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>Still to come</source>
            <translation>尚未下载</translation>
        </message>
        <message>
            <source>Cancelled. What has come is kept for the next time.</source>
            <translation>已取消。已下载的部分会保留到下次。</translation>
        </message>
        <message>
            <source>{count} files, {size}; {missing} still to come.</source>
            <translation>{count} 个文件，共 {size}；尚缺 {missing}。</translation>
        </message>
        <message>
            <source>Only configuration, weights (safetensors) and vocabulary are downloaded; never code.</source>
            <translation>只下载配置、权重（safetensors）和词表，绝不下载代码。</translation>
        </message>
        <message>
            <source>&amp;Open</source>
            <translation>打开(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Download and open</source>
            <translation>下载并打开(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Cancel</source>
            <translation>取消(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <translation>关闭(&amp;C)</translation>
        </message>
        <message>
            <source>This model is on this machine; it opens without network.</source>
            <translation>此模型已在本机，无需网络即可打开。</translation>
        </message>
    </context>
    <context>
        <name>LensPage</name>
        <message>
            <source>Logit lens: layer by position</source>
            <translation>Logit 透镜：层 × 位置</translation>
        </message>
        <message>
            <source>The residual stream after each layer, read out by the model's own last norm and head as if no layer followed (nostalgebraist 2020, “interpreting GPT: the logit lens”).</source>
            <translation>每层之后的残差流，用模型自己最后的归一化和输出头读出，如同其后再无别的层（nostalgebraist 2020，“interpreting GPT: the logit lens”）。</translation>
        </message>
        <message>
            <source>Probability</source>
            <translation>概率</translation>
        </message>
        <message>
            <source>Colour each cell by the probability of the token in it</source>
            <translation>按格中词元的概率着色</translation>
        </message>
        <message>
            <source>Rank of the answer</source>
            <translation>答案的名次</translation>
        </message>
        <message>
            <source>Colour each cell by how high it ranks what the last layer predicts</source>
            <translation>按最后一层的预测在此格的名次着色</translation>
        </message>
        <message>
            <source>Likeliest tokens of the cell</source>
            <translation>此格最可能的词元</translation>
        </message>
        <message>
            <source>Logit lens: each layer's guess at the token that stands there</source>
            <translation>Logit 透镜：每层对该处词元的猜测</translation>
        </message>
        <message>
            <source>Logit lens: each layer's guess at the next token</source>
            <translation>Logit 透镜：每层对下一个词元的猜测</translation>
        </message>
        <message>
            <source>logarithmic scale</source>
            <translation>对数刻度</translation>
        </message>
        <message>
            <source>rank {rank}</source>
            <translation>第 {rank} 名</translation>
        </message>
        <message>
            <source>layer {layer}</source>
            <translation>第 {layer} 层</translation>
        </message>
        <message>
            <source>embedding</source>
            <translation>嵌入</translation>
        </message>
        <message>
            <source>Point at a cell to read it.</source>
            <translation>指向一格即可读数。</translation>
        </message>
        <message>
            <source>After layer {layer}, at “{token}” ({i})</source>
            <translation>第 {layer} 层之后，在“{token}”（{i}）处</translation>
        </message>
        <message>
            <source>Before all layers, at “{token}” ({i})</source>
            <translation>所有层之前，在“{token}”（{i}）处</translation>
        </message>
        <message>
            <source>The stream holds values that are no numbers.</source>
            <translation>残差流中有不是数的值。</translation>
        </message>
        <message>
            <source>Last layer's “{answer}”: rank {rank} here, {share}</source>
            <translation>最后一层的“{answer}”：在此第 {rank} 名，{share}</translation>
        </message>
        <message>
            <source>The last layer's stream holds values that are no numbers.</source>
            <translation>最后一层的残差流中有不是数的值。</translation>
        </message>
        <message>
            <source>first from layer {layer} on</source>
            <translation>从第 {layer} 层起居首</translation>
        </message>
        <message>
            <source>first from the start</source>
            <translation>从一开始就居首</translation>
        </message>
    </context>
    <context>
        <name>LinesPage</name>
        <message>
            <source>All heads</source>
            <translation>全部头</translation>
        </message>
        <message>
            <source>Lines of every head of the layer</source>
            <translation>画出本层每个头的连线</translation>
        </message>
        <message>
            <source>Selected</source>
            <translation>选中</translation>
        </message>
        <message>
            <source>Lines of the selected head alone</source>
            <translation>只画选中的头的连线</translation>
        </message>
        <message>
            <source>Chosen</source>
            <translation>自选</translation>
        </message>
        <message>
            <source>Lines of the heads that were clicked below</source>
            <translation>画出在下方点选的头的连线</translation>
        </message>
        <message>
            <source>Columns</source>
            <translation>两栏</translation>
        </message>
        <message>
            <source>Queries on the left, keys on the right</source>
            <translation>查询在左，键在右</translation>
        </message>
        <message>
            <source>Running text</source>
            <translation>原文</translation>
        </message>
        <message>
            <source>The text as it was typed: a click holds a word, and with Shift shows who looks at it, as Space does</source>
            <translation>按输入的样子排列的原文：单击固定一个词；按住 Shift 单击（或按空格）显示谁在看它</translation>
        </message>
        <message>
            <source>Threshold</source>
            <translation>阈值</translation>
        </message>
        <message>
            <source>Threshold of weights</source>
            <translation>权重的阈值</translation>
        </message>
        <message>
            <source>Weights below it have no line.</source>
            <translation>低于阈值的权重不画线。</translation>
        </message>
        <message>
            <source>Auto</source>
            <translation>自动</translation>
        </message>
        <message>
            <source>The lowest threshold that leaves at most five lines a query, of all heads together</source>
            <translation>各头合计、平均每个查询至多留下五条线的最低阈值</translation>
        </message>
        <message>
            <source>Lines from query to key</source>
            <translation>从查询到键的连线</translation>
        </message>
        <message>
            <source>Lines</source>
            <translation>连线</translation>
        </message>
        <message>
            <source>Layer {layer}, heads: {heads} of {count}</source>
            <translation>第 {layer} 层，头：{heads} / {count}</translation>
        </message>
        <message>
            <source>strongest {sent} of {total}</source>
            <translation>{total} 条中最强的 {sent} 条</translation>
        </message>
        <message>
            <source>queries with weights that are no numbers: {count}</source>
            <translation>权重不是数的查询：{count} 个</translation>
        </message>
        <message>
            <source>opacity: square root</source>
            <translation>不透明度：平方根</translation>
        </message>
        <message>
            <source>opacity: logarithm</source>
            <translation>不透明度：对数</translation>
        </message>
        <message>
            <source>Point at a token to see its lines alone, or at a line for its weight.</source>
            <translation>指向词元只看它的连线，指向连线可读它的权重。</translation>
        </message>
        <message>
            <source>left out</source>
            <translation>已略去</translation>
        </message>
        <message>
            <source>masked</source>
            <translation>被掩蔽</translation>
        </message>
        <message>
            <source>head {weights}</source>
            <translation>头 {weights}</translation>
        </message>
        <message>
            <source>below the threshold</source>
            <translation>低于阈值</translation>
        </message>
        <message>
            <source>“{query}” ({i}) → “{key}” ({j}): {said}</source>
            <translation>“{query}”（{i}）→“{key}”（{j}）：{said}</translation>
        </message>
        <message>
            <source>No weight is at least {threshold}.</source>
            <translation>没有权重达到 {threshold}。</translation>
        </message>
        <message>
            <source>{count} lines of at least {threshold}; the strongest goes from “{query}” to “{key}” in head {head}: {weight}</source>
            <translation>权重至少 {threshold} 的连线有 {count} 条；最强的一条在头 {head} 中从“{query}”到“{key}”：{weight}</translation>
        </message>
    </context>
    <context>
        <name>Opening</name>
        <message>
            <source>Open a model folder</source>
            <translation>打开模型文件夹</translation>
        </message>
        <message>
            <source>Not enough memory</source>
            <translation>内存不足</translation>
        </message>
        <message>
            <source>&amp;Leave the model at hand open</source>
            <translation>继续使用当前模型(&amp;L)</translation>
        </message>
        <message>
            <source>With fewer tensors kept, a layer is let go once the sheet and the large head have what they show of it: each change of view runs the model again, and panels that need the whole trace stay empty.</source>
            <translation>保留较少的张量时，总览图和大图取得所需内容后，该层即被释放：每次改变视图都会重新运行模型，需要完整计算记录的面板保持为空。</translation>
        </message>
        <message>
            <source>In {dtype} a number has two to three digits, so patterns differ a little from those in float32.</source>
            <translation>{dtype} 的数只有两到三位有效数字，因此注意力模式与 float32 略有不同。</translation>
        </message>
        <message>
            <source>Keep &amp;fewer tensors ({size})</source>
            <translation>保留较少的张量(&amp;F)（{size}）</translation>
        </message>
        <message>
            <source>Open in {dtype}, &amp;keep fewer tensors ({size})</source>
            <translation>以 {dtype} 打开并保留较少的张量(&amp;K)（{size}）</translation>
        </message>
        <message>
            <source>&amp;Open in {dtype} ({size})</source>
            <translation>以 {dtype} 打开(&amp;O)（{size}）</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Stop loading and keep the model at hand (Esc)</source>
            <translation>停止载入并保留当前模型（Esc）</translation>
        </message>
    </context>
    <context>
        <name>Plane</name>
        <message>
            <source>Pair</source>
            <translation>维度对</translation>
        </message>
        <message>
            <source>Shift k</source>
            <translation>平移 k</translation>
        </message>
        <message>
            <source>Pair of dimensions</source>
            <translation>维度对</translation>
        </message>
        <message>
            <source>Shift by k positions</source>
            <translation>平移 k 个位置</translation>
        </message>
        <message>
            <source>One pair of dimensions as a plane</source>
            <translation>一对维度构成的平面</translation>
        </message>
        <message>
            <source>What each pair gives to the score</source>
            <translation>每一对维度对分数的贡献</translation>
        </message>
        <message>
            <source>Dashed: before the turn. Up and down choose the pair, left and right move on.</source>
            <translation>虚线：旋转之前。上下键选择维度对，左右键移动。</translation>
        </message>
    </context>
    <context>
        <name>PositionsPage</name>
        <message>
            <source>Pin a head to see what position does to its scores.</source>
            <translation>固定一个头，查看位置如何影响它的分数。</translation>
        </message>
        <message>
            <source>Ways to see positions</source>
            <translation>查看位置的方式</translation>
        </message>
        <message>
            <source>How similarity is measured</source>
            <translation>相似度的度量方式</translation>
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
            <source>Click a token, or move to it and press Enter, to put it in the mask's place.</source>
            <translation>点击一个词元，或移到它上面按回车，把它填入掩蔽处。</translation>
        </message>
        <message>
            <source>Nothing to predict yet.</source>
            <translation>还没有可预测的内容。</translation>
        </message>
        <message>
            <source>This model tells texts apart and predicts no token; its verdict stands below the prompt.</source>
            <translation>此模型区分文本，不预测词元；它的判断在输入框下方。</translation>
        </message>
        <message>
            <source>The predictions are no numbers.</source>
            <translation>预测值不是数。</translation>
        </message>
        <message>
            <source>Click a token below the prompt or beside the matrix to mask it: what may stand there appears here.</source>
            <translation>点击输入下方或矩阵旁的词元将其掩蔽：此处会显示可能的词。</translation>
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
        <name>PromptPanel</name>
        <message>
            <source>Source</source>
            <translation>源文本</translation>
        </message>
        <message>
            <source>Target</source>
            <translation>目标文本</translation>
        </message>
        <message>
            <source>Type what the encoder reads.</source>
            <translation>输入编码器读取的文本。</translation>
        </message>
        <message>
            <source>Type what the decoder reads, or let the model write it.</source>
            <translation>输入解码器读取的文本，或让模型来写。</translation>
        </message>
        <message>
            <source>Sentence 1</source>
            <translation>句子 1</translation>
        </message>
        <message>
            <source>Sentence 2</source>
            <translation>句子 2</translation>
        </message>
        <message>
            <source>Type a sentence.</source>
            <translation>请输入一句话。</translation>
        </message>
        <message>
            <source>Type a second sentence, or leave it empty.</source>
            <translation>输入第二个句子，也可留空。</translation>
        </message>
        <message>
            <source>Draw a new order</source>
            <translation>重新抽取次序</translation>
        </message>
        <message>
            <source>Each token then sees only those that are read before it (Ctrl+R).</source>
            <translation>此时每个词元只能看到先于它读取的词元（Ctrl+R）。</translation>
        </message>
        <message>
            <source>No order</source>
            <translation>不用次序</translation>
        </message>
        <message>
            <source>Every token sees every other (Ctrl+Shift+R).</source>
            <translation>每个词元都能看到其他所有词元（Ctrl+Shift+R）。</translation>
        </message>
        <message>
            <source>Stop (Esc)</source>
            <translation>停止（Esc）</translation>
        </message>
        <message>
            <source>Write the target</source>
            <translation>生成目标文本</translation>
        </message>
        <message>
            <source>The model writes on, its likeliest token each time (Ctrl+G).</source>
            <translation>模型每次写出最可能的词元（Ctrl+G）。</translation>
        </message>
    </context>
    <context>
        <name>ReadingsMenu</name>
        <message>
            <source>No tint</source>
            <translation>不着色</translation>
        </message>
        <message>
            <source>The squares show patterns alone</source>
            <translation>方格只显示注意力模式</translation>
        </message>
        <message>
            <source>A bar below each head's square: how much of one thing it does (F7 for the next)</source>
            <translation>每个头的方格下方的横条：它做某件事的程度（F7 切换下一项）</translation>
        </message>
        <message>
            <source>Tint</source>
            <translation>着色</translation>
        </message>
        <message>
            <source>Tint: {name}</source>
            <translation>着色：{name}</translation>
        </message>
    </context>
    <context>
        <name>ReadingsModel</name>
        <message>
            <source>Layer {layer}, head {head}</source>
            <translation>第 {layer} 层，第 {head} 头</translation>
        </message>
        <message>
            <source>{name}: {value}; of a head that looks at all alike: {alike}</source>
            <translation>{name}：{value}；均匀地看的头为：{alike}</translation>
        </message>
        <message>
            <source>layer</source>
            <translation>层</translation>
        </message>
        <message>
            <source>head</source>
            <translation>头</translation>
        </message>
    </context>
    <context>
        <name>ReadingsPage</name>
        <message>
            <source>&amp;Find heads:</source>
            <translation>查找头(&amp;F)：</translation>
        </message>
        <message>
            <source>Find the heads that do most of one thing</source>
            <translation>查找做某件事最多的头</translation>
        </message>
        <message>
            <source>Sorts the heads by one reading, marks those that do it most, and tints the sheet</source>
            <translation>按一种读数排序各头，标出最高的，并为总览着色</translation>
        </message>
        <message>
            <source>choose what they do</source>
            <translation>选择它们做什么</translation>
        </message>
        <message>
            <source>Type a sentence to read its heads.</source>
            <translation>输入一句话以读取各头。</translation>
        </message>
        <message>
            <source>Readings of every head</source>
            <translation>每个头的读数</translation>
        </message>
        <message>
            <source>What each head does on this text</source>
            <translation>每个头在这段文本上做什么</translation>
        </message>
        <message>
            <source>No token of this text can choose where to look. Type more of it.</source>
            <translation>这段文本里没有词元可以选择看哪里。请再多输入一些。</translation>
        </message>
        <message>
            <source>Enter pins the head of the row, Space sorts by the column.</source>
            <translation>回车固定该行的头，空格按该列排序。</translation>
        </message>
        <message>
            <source>No head does more of it than by looking at all it sees alike.</source>
            <translation>没有头比均匀地看时做得更多。</translation>
        </message>
        <message>
            <source>layer {layer}, head {head} ({value})</source>
            <translation>第 {layer} 层第 {head} 头（{value}）</translation>
        </message>
        <message>
            <source>Most: {heads} {unit}</source>
            <translation>最高：{heads} {unit}</translation>
        </message>
    </context>
    <context>
        <name>Rotation</name>
        <message>
            <source>Query and key before and after rotation</source>
            <translation>旋转前后的查询与键</translation>
        </message>
        <message>
            <source>before rotation</source>
            <translation>旋转前</translation>
        </message>
        <message>
            <source>after, by dimension</source>
            <translation>旋转后，按维度</translation>
        </message>
        <message>
            <source>Rotary positions turn pairs of dimensions, further at later positions; lengths stay, so the score depends on the distance. Point at a cell to choose the tokens.</source>
            <translation>旋转位置编码成对地转动各维，位置越后转得越多；长度不变，因此分数取决于距离。指向一个格子以选择词元。</translation>
        </message>
        <message>
            <source>q of “{token}” ({i})</source>
            <translation>“{token}”（{i}）的 q</translation>
        </message>
        <message>
            <source>k of “{token}” ({i})</source>
            <translation>“{token}”（{i}）的 k</translation>
        </message>
    </context>
    <context>
        <name>Sandbox</name>
        <message>
            <source>Reset</source>
            <translation>还原</translation>
        </message>
        <message>
            <source>Back to this model's own numbers</source>
            <translation>恢复为本模型自己的数值</translation>
        </message>
        <message>
            <source>How many positions are shown; of distances, to each side</source>
            <translation>显示多少个位置；若为距离，则为每一侧的个数</translation>
        </message>
        <message>
            <source>Dimensions of the scheme; this model's width is where Reset goes</source>
            <translation>该方案的维度数；“还原”回到本模型的宽度</translation>
        </message>
        <message>
            <source>The slowest wave takes about 2π × base positions</source>
            <translation>最慢的波约需 2π × 底数 个位置</translation>
        </message>
        <message>
            <source>Length {n}</source>
            <translation>长度 {n}</translation>
        </message>
        <message>
            <source>Width {n}</source>
            <translation>宽度 {n}</translation>
        </message>
        <message>
            <source>Base {n}</source>
            <translation>底数 {n}</translation>
        </message>
        <message>
            <source>Base of the sinusoids {n}</source>
            <translation>正弦波的底数 {n}</translation>
        </message>
    </context>
    <context>
        <name>Scale</name>
        <message>
            <source>Colours from {low} to {high}</source>
            <translation>颜色从 {low} 到 {high}</translation>
        </message>
    </context>
    <context>
        <name>ShortcutSheet</name>
        <message>
            <source>Keys</source>
            <translation>按键</translation>
        </message>
        <message>
            <source>Search</source>
            <translation>查找</translation>
        </message>
        <message>
            <source>What</source>
            <translation>操作</translation>
        </message>
        <message>
            <source>Key</source>
            <translation>按键</translation>
        </message>
    </context>
    <context>
        <name>TokenStrip</name>
        <message>
            <source>Tokens</source>
            <translation>词元</translation>
        </message>
        <message>
            <source>Token {i}, “{token}”: click to mask it</source>
            <translation>词元 {i}“{token}”：点击将其掩蔽</translation>
        </message>
        <message>
            <source>Token {i} is masked: click to see it again</source>
            <translation>词元 {i} 已掩蔽：点击恢复</translation>
        </message>
        <message>
            <source>Token {i}, “{token}”, is read as number {place}</source>
            <translation>词元 {i}“{token}”，第 {place} 个被读取</translation>
        </message>
        <message>
            <source>Token {i}, “{token}”: click for what may stand in its place</source>
            <translation>词元 {i}“{token}”：点击查看此处可能的词元</translation>
        </message>
        <message>
            <source>read as</source>
            <translation>读取次序</translation>
        </message>
        <message>
            <source>one token</source>
            <translation>1 个词元</translation>
        </message>
        <message>
            <source>{count} tokens</source>
            <translation>{count} 个词元</translation>
        </message>
        <message>
            <source>masked: {tokens}</source>
            <translation>已遮蔽：{tokens}</translation>
        </message>
    </context>
    <context>
        <name>Verdict</name>
        <message>
            <source>follows the first</source>
            <translation>承接第一句</translation>
        </message>
        <message>
            <source>The probability of the next-sentence head that sentence 2 follows sentence 1.</source>
            <translation>下一句预测头给出的句子 2 承接句子 1 的概率。</translation>
        </message>
        <message>
            <source>Next-sentence verdict</source>
            <translation>下一句判断</translation>
        </message>
    </context>
    <context>
        <name>Window</name>
        <message>
            <source>Heads</source>
            <translation>注意力头</translation>
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
        <name>_Place</name>
        <message>
            <source>Pages</source>
            <translation>页面</translation>
        </message>
        <message>
            <source>All pages</source>
            <translation>所有页面</translation>
        </message>
    </context>
    <context>
        <name>activations</name>
        <message>
            <source>Token embedding</source>
            <translation>词元嵌入</translation>
        </message>
        <message>
            <source>Position embedding</source>
            <translation>位置嵌入</translation>
        </message>
        <message>
            <source>Segment embedding</source>
            <translation>句段嵌入</translation>
        </message>
        <message>
            <source>Stream before the layer</source>
            <translation>层之前的残差流</translation>
        </message>
        <message>
            <source>Norm before attention</source>
            <translation>注意力前的归一化</translation>
        </message>
        <message>
            <source>Attention output</source>
            <translation>注意力输出</translation>
        </message>
        <message>
            <source>Stream after attention</source>
            <translation>注意力之后的残差流</translation>
        </message>
        <message>
            <source>Norm before cross-attention</source>
            <translation>交叉注意力前的归一化</translation>
        </message>
        <message>
            <source>Cross-attention output</source>
            <translation>交叉注意力输出</translation>
        </message>
        <message>
            <source>Stream after cross-attention</source>
            <translation>交叉注意力之后的残差流</translation>
        </message>
        <message>
            <source>Norm before feed-forward</source>
            <translation>前馈前的归一化</translation>
        </message>
        <message>
            <source>Feed-forward activations</source>
            <translation>前馈激活</translation>
        </message>
        <message>
            <source>Feed-forward output</source>
            <translation>前馈输出</translation>
        </message>
        <message>
            <source>Stream after the layer</source>
            <translation>层之后的残差流</translation>
        </message>
        <message>
            <source>Last norm</source>
            <translation>最后的归一化</translation>
        </message>
        <message>
            <source>The row of the embedding for each token, scaled where the model does so.</source>
            <translation>每个词元在嵌入表中的那一行；若模型缩放，则已缩放。</translation>
        </message>
        <message>
            <source>What is added to each token for its place.</source>
            <translation>因位置而加到每个词元上的向量。</translation>
        </message>
        <message>
            <source>What is added to each token for its sentence.</source>
            <translation>因所属句子而加到每个词元上的向量。</translation>
        </message>
        <message>
            <source>The residual stream as it enters the layer.</source>
            <translation>进入该层时的残差流。</translation>
        </message>
        <message>
            <source>What attention reads: the stream through a norm.</source>
            <translation>注意力所读：经过归一化的残差流。</translation>
        </message>
        <message>
            <source>What attention writes to the stream: z of all heads side by side, times W^O.</source>
            <translation>注意力写入残差流的内容：各头的 z 拼接后乘以 W^O。</translation>
        </message>
        <message>
            <source>The residual stream between the two sublayers.</source>
            <translation>两个子层之间的残差流。</translation>
        </message>
        <message>
            <source>What queries of cross-attention are made of: the stream through a norm.</source>
            <translation>交叉注意力的查询由此而来：经过归一化的残差流。</translation>
        </message>
        <message>
            <source>What cross-attention writes to the stream.</source>
            <translation>交叉注意力写入残差流的内容。</translation>
        </message>
        <message>
            <source>The residual stream after cross-attention.</source>
            <translation>交叉注意力之后的残差流。</translation>
        </message>
        <message>
            <source>What the feed-forward sublayer reads: the stream through a norm.</source>
            <translation>前馈子层所读：经过归一化的残差流。</translation>
        </message>
        <message>
            <source>The units between the two matrices of the feed-forward sublayer, after the nonlinearity.</source>
            <translation>前馈子层两个矩阵之间的单元，已经过非线性函数。</translation>
        </message>
        <message>
            <source>What the feed-forward sublayer writes to the stream.</source>
            <translation>前馈子层写入残差流的内容。</translation>
        </message>
        <message>
            <source>The residual stream as it leaves the layer.</source>
            <translation>离开该层时的残差流。</translation>
        </message>
        <message>
            <source>What leaves the stack, through its last norm.</source>
            <translation>离开整个栈的内容，经过最后的归一化。</translation>
        </message>
        <message>
            <source>mean {mean}, sd {deviation}, from {low} to {high}</source>
            <translation>均值 {mean}，标准差 {deviation}，从 {low} 到 {high}</translation>
        </message>
        <message>
            <source>{count} values are no numbers</source>
            <translation>{count} 个值不是数</translation>
        </message>
        <message>
            <source>▼ no outliers (|x − mean| &gt; {number} sd)</source>
            <translation>▼ 无离群值（|x − 均值| &gt; {number} 倍标准差）</translation>
        </message>
        <message>
            <source>▼ one outlier (|x − mean| &gt; {number} sd), dimension {named}</source>
            <translation>▼ 1 个离群值（|x − 均值| &gt; {number} 倍标准差），维度：{named}</translation>
        </message>
        <message>
            <source>▼ {count} outliers (|x − mean| &gt; {number} sd), dimensions: {named}</source>
            <translation>▼ {count} 个离群值（|x − 均值| &gt; {number} 倍标准差），维度：{named}</translation>
        </message>
        <message>
            <source>▲ {count} of {width} units dead in this prompt (all ≤ 0)</source>
            <translation>▲ {width} 个单元中 {count} 个在此输入中不激活（全部 ≤ 0）</translation>
        </message>
        <message>
            <source>▲ {count} of {width} dimensions dead here (all |x| ≤ {share} of rms)</source>
            <translation>▲ {width} 个维度中 {count} 个在此为零（所有 |x| ≤ 均方根的 {share}）</translation>
        </message>
        <message>
            <source>Layer {layer} · {name}</source>
            <translation>第 {layer} 层 · {name}</translation>
        </message>
        <message>
            <source>the longest vector: {norm}, at layer {layer}, position {position}</source>
            <translation>最长的向量：{norm}，在第 {layer} 层、位置 {position}</translation>
        </message>
        <message>
            <source>layer {layer}</source>
            <translation>第 {layer} 层</translation>
        </message>
        <message>
            <source>“{token}” ({i}), dimension {dimension}: {value}</source>
            <translation>“{token}”（{i}），维度 {dimension}：{value}</translation>
        </message>
        <message>
            <source>“{token}” ({i}), layer {layer}: norm {value}</source>
            <translation>“{token}”（{i}），第 {layer} 层：范数 {value}</translation>
        </message>
        <message>
            <source>{low} to {high}: {count} values, {own} of them at position {i}</source>
            <translation>{low} 到 {high}：{count} 个值，其中 {own} 个在位置 {i}</translation>
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
            <translation>对数刻度</translation>
        </message>
        <message>
            <source>difference, −{most} (blue) to {most} (red)</source>
            <translation>差值，−{most}（蓝）至 {most}（红）</translation>
        </message>
        <message>
            <source>gradient of the loss, −{most} (blue) to {most} (red)</source>
            <translation>损失的梯度，−{most}（蓝）至 {most}（红）</translation>
        </message>
        <message>
            <source>no difference</source>
            <translation>没有差别</translation>
        </message>
        <message>
            <source>each pixel: the cell farthest from 0 that it covers</source>
            <translation>每个像素取所覆盖单元格中离 0 最远的值</translation>
        </message>
        <message>
            <source>each pixel: the largest weight it covers</source>
            <translation>每个像素取其覆盖的最大权重</translation>
        </message>
        <message>
            <source>special tokens left out</source>
            <translation>已略去特殊词元</translation>
        </message>
        <message>
            <source>special tokens and the first left out</source>
            <translation>已略去特殊词元与首个词元</translation>
        </message>
        <message>
            <source>rows renormalised</source>
            <translation>各行已重新归一</translation>
        </message>
        <message>
            <source>altered model</source>
            <translation>模型已改动</translation>
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
            <source>reads key head {head}</source>
            <translation>读取键头 {head}</translation>
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
            <source>alignment head ({score})</source>
            <translation>对齐头（{score}）</translation>
        </message>
        <message>
            <source>No token is predicted</source>
            <translation>不预测词元</translation>
        </message>
        <message>
            <source>Next token</source>
            <translation>下一个词元</translation>
        </message>
        <message>
            <source>In place of a token</source>
            <translation>代替一个词元</translation>
        </message>
        <message>
            <source>Behind the mask at token {i}</source>
            <translation>词元 {i} 掩蔽之下</translation>
        </message>
        <message>
            <source>Behind the mask at token {i}, which hides “{token}”</source>
            <translation>词元 {i} 掩蔽之下，原为“{token}”</translation>
        </message>
        <message>
            <source>Next token, after “{token}”</source>
            <translation>“{token}”之后的词元</translation>
        </message>
        <message>
            <source>In place of “{token}”</source>
            <translation>代替“{token}”</translation>
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
            <source>classifier of {count} labels</source>
            <translation>{count} 个标签的分类器</translation>
        </message>
        <message>
            <source>fewer tensors kept</source>
            <translation>保留较少的张量</translation>
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
            <source>The model reads {context} tokens: the first {kept} of {total} characters are shown.</source>
            <translation>模型最多读取 {context} 个词元：显示了 {total} 个字符中的前 {kept} 个。</translation>
        </message>
    </context>
    <context>
        <name>core</name>
        <message>
            <source>The process that was to train this run was ended from outside, perhaps for want of memory; close what needs much of it, and try again.</source>
            <translation>要训练这次运行的进程被外部结束了，也许是因为内存不足；请关闭占用大量内存的程序，然后重试。</translation>
        </message>
        <message>
            <source>The process that trains this run was ended from outside, perhaps for want of memory; play goes on from the newest checkpoint.</source>
            <translation>训练这次运行的进程被外部结束了，也许是因为内存不足；按“开始”即可从最新的检查点继续。</translation>
        </message>
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
            <source>This measure counts memory as Linux tells it.</source>
            <translation>此项测量按 Linux 报告的数值统计内存。</translation>
        </message>
        <message>
            <source>This model reads too few tokens for this measure.</source>
            <translation>此模型读取的词元太少，无法作此测量。</translation>
        </message>
        <message>
            <source>{message}; {program} --help tells what can be given.</source>
            <translation>{message}；{program} --help 说明可以给出什么。</translation>
        </message>
        <message>
            <source>There is no command and no file {word}; perhaps {command} was meant.</source>
            <translation>没有名为 {word} 的命令或文件；也许是指 {command}。</translation>
        </message>
        <message>
            <source>There is no command and no file {word}; the commands are {commands}.</source>
            <translation>没有名为 {word} 的命令或文件；命令有 {commands}。</translation>
        </message>
        <message>
            <source>There is no file {path}.</source>
            <translation>没有文件 {path}。</translation>
        </message>
        <message>
            <source>{path} says which model and text it is of; leave {option} out.</source>
            <translation>{path} 自己说明了模型和文字；请去掉 {option}。</translation>
        </message>
        <message>
            <source>--scene needs --lecture, which says of what.</source>
            <translation>--scene 需要同时给出 --lecture，以说明是哪个讲座。</translation>
        </message>
        <message>
            <source>--scene is {found}; the lecture has scenes 1 to {count}.</source>
            <translation>--scene 是 {found}；这个讲座有第 1 到第 {count} 个场景。</translation>
        </message>
        <message>
            <source>There is no folder {path}.</source>
            <translation>没有文件夹 {path}。</translation>
        </message>
        <message>
            <source>trace needs --out, a file to write, or --compare, to hold it against transformers.</source>
            <translation>trace 需要 --out（写入的文件）或 --compare（与 transformers 比较）。</translation>
        </message>
        <message>
            <source>{model} has no use for {option}; leave it out.</source>
            <translation>{model} 用不上 {option}；请去掉它。</translation>
        </message>
        <message>
            <source>--mask is {found}; the tokens are {tokens}.</source>
            <translation>--mask 为 {found}；词元为 {tokens}。</translation>
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
            <source>The comparison ended before its end; the log says why. A model that is too large for this machine's memory twice ends so.</source>
            <translation>对比中途结束；原因见日志。若本机内存装不下两份模型，就会如此。</translation>
        </message>
        <message>
            <source>There is not enough memory for this picture; make it smaller.</source>
            <translation>内存不足以绘制这幅图；请把它缩小。</translation>
        </message>
        <message>
            <source>torch can't be imported ({reason}); install Headlight again.</source>
            <translation>无法导入 torch（{reason}）；请重新安装 Headlight。</translation>
        </message>
        <message>
            <source>The file has no name; type one.</source>
            <translation>文件没有名称；请输入一个。</translation>
        </message>
        <message>
            <source>There is no picture yet; type a sentence first.</source>
            <translation>还没有图像；请先输入一句话。</translation>
        </message>
        <message>
            <source>The prompt is empty; type a sentence first.</source>
            <translation>输入为空；请先输入一句话。</translation>
        </message>
        <message>
            <source>There are no numbers in this part of the window.</source>
            <translation>窗口的这一部分没有数值。</translation>
        </message>
        <message>
            <source>This part is no longer on screen.</source>
            <translation>这一部分已不在屏幕上。</translation>
        </message>
        <message>
            <source>{path} can't be written: {reason}.</source>
            <translation>无法写入 {path}：{reason}。</translation>
        </message>
        <message>
            <source>{model} reads {count} tokens: the end of the text is left out.</source>
            <translation>{model} 只读 {count} 个词元：文本末尾被舍去了。</translation>
        </message>
        <message>
            <source>{key}: {model} has no such attention.</source>
            <translation>{key}：{model} 没有这种注意力。</translation>
        </message>
        <message>
            <source>{key}: {model} has {layers} layers of {heads} heads, counted from 0.</source>
            <translation>{key}：{model} 有 {layers} 层，每层 {heads} 个头，从 0 数起。</translation>
        </message>
        <message>
            <source>{key}: there is no token {at}; the text has {count}, counted from 0.</source>
            <translation>{key}：没有词元 {at}；文本有 {count} 个，从 0 数起。</translation>
        </message>
        <message>
            <source>No folder can be made for what a lecture trains: {reason}.</source>
            <translation>无法为讲座中的训练建立文件夹：{reason}。</translation>
        </message>
        <message>
            <source>{name} learns from a text: name a file or a folder beside the scene as data.</source>
            <translation>{name} 要从文本学习：请用 data 写明场景旁边的文件或文件夹。</translation>
        </message>
        <message>
            <source>{name} makes its own examples; leave data out.</source>
            <translation>{name} 自己造例子；请去掉 data。</translation>
        </message>
        <message>
            <source>{key}: {found} is given; it must be {expected}.</source>
            <translation>{key}：给的是 {found}；应当是{expected}。</translation>
        </message>
        <message>
            <source>{key}: {found} is not known; known are {known}.</source>
            <translation>{key}：没有 {found}；可用的有 {known}。</translation>
        </message>
        <message>
            <source>{key}: {found} is given; it must be a whole number from 0 to {most}.</source>
            <translation>{key}：给的是 {found}；应当是 0 到 {most} 的整数。</translation>
        </message>
        <message>
            <source>{key}: {found} is given; it must be a number from {least} to {most}.</source>
            <translation>{key}：给的是 {found}；应当是 {least} 到 {most} 的数。</translation>
        </message>
        <message>
            <source>two whole numbers with a point between, as 2.3</source>
            <translation>中间有一点的两个整数，如 2.3</translation>
        </message>
        <message>
            <source>a list with something on both sides of each bar</source>
            <translation>竖线两边都有内容的列表</translation>
        </message>
        <message>
            <source>{model} is neither a folder, nor a model downloaded from the hub, nor a bundled one; bundled are {known}.</source>
            <translation>{model} 既不是文件夹，也不是已从模型库下载的模型或自带模型；自带的有 {known}。</translation>
        </message>
        <message>
            <source>{key}: {found} is none of the objectives {objectives}, no bundled recipe ({known}) and no .json file in the lecture's folder.</source>
            <translation>{key}：{found} 不是目标（{objectives}），不是自带配方（{known}），也不是讲座文件夹里的 .json 文件。</translation>
        </message>
        <message>
            <source>{key}: {found} is neither a file nor a folder of files within the lecture's folder.</source>
            <translation>{key}：{found} 不是讲座文件夹里的文件，也不是其中装着文件的文件夹。</translation>
        </message>
        <message>
            <source>one page, or two different ones</source>
            <translation>一个页面，或两个不同的页面</translation>
        </message>
        <message>
            <source>as “silence head 2.3”, “scale head 2.3 0.5”, “silence mlp 1”, “silence token 4” or “unscaled”</source>
            <translation>如 “silence head 2.3”、“scale head 2.3 0.5”、“silence mlp 1”、“silence token 4” 或 “unscaled”</translation>
        </message>
        <message>
            <source>“untouched”, or “model”, “prompt”, “head” or “step” and which</source>
            <translation> “untouched”，或 “model”、“prompt”、“head”、“step” 加上是哪一个</translation>
        </message>
        <message>
            <source>“temperature”, “top-k”, “top-p” or “seed” and a number</source>
            <translation> “temperature”、“top-k”、“top-p” 或 “seed” 加一个数</translation>
        </message>
        <message>
            <source>one to four models</source>
            <translation>一到四个模型</translation>
        </message>
        <message>
            <source>“heads”, “tokens”, “cells” or “panel” and which</source>
            <translation> “heads”、“tokens”、“cells” 或 “panel” 加上是哪些</translation>
        </message>
        <message>
            <source>There is no picture {name} in the lecture's folder.</source>
            <translation>讲座文件夹里没有图片 {name}。</translation>
        </message>
        <message>
            <source>The formula that {mark} opens is not closed in its paragraph; a dollar sign alone is written \$.</source>
            <translation>以 {mark} 开始的公式在这一段里没有结束；单独的美元符号写作 \$。</translation>
        </message>
        <message>
            <source>There is nothing between these dollar signs.</source>
            <translation>这两个美元符号之间什么也没有。</translation>
        </message>
        <message>
            <source>{name} is neither a lecture's number or name nor a folder; there are {known}.</source>
            <translation>{name} 既不是讲座的编号或名称，也不是文件夹；现有的讲座是 {known}。</translation>
        </message>
        <message>
            <source>{path} can't be read: {reason}.</source>
            <translation>无法读取 {path}：{reason}。</translation>
        </message>
        <message>
            <source>{path} holds no scene: a file named as 01-name.md.</source>
            <translation>{path} 里没有场景，即名称像 01-name.md 这样的文件。</translation>
        </message>
        <message>
            <source>This is not read: the name of a scene begins with a number and a hyphen, as 01-name.md.</source>
            <translation>这个文件没有读取：场景的文件名以数字和连字符开头，如 01-name.md。</translation>
        </message>
        <message>
            <source>There are {found} scenes; the first {most} are read.</source>
            <translation>共有 {found} 个场景，只读前 {most} 个。</translation>
        </message>
        <message>
            <source>{name} is missing, which this file translates.</source>
            <translation>缺少 {name}，而这个文件是它的译文。</translation>
        </message>
        <message>
            <source>There is no lecture.md, which says the title.</source>
            <translation>没有写着标题的 lecture.md。</translation>
        </message>
        <message>
            <source>There is no key {key}; there are {known}.</source>
            <translation>没有键 {key}；可用的有 {known}。</translation>
        </message>
        <message>
            <source>{key} is for a run, and this scene has none; say train too.</source>
            <translation>{key} 是给训练用的，而这个场景不训练；请同时写上 train。</translation>
        </message>
        <message>
            <source>The key {key} has no value.</source>
            <translation>键 {key} 没有值。</translation>
        </message>
        <message>
            <source>{name} leads out of the lecture's folder and is not read.</source>
            <translation>{name} 指向讲座文件夹以外，没有读取。</translation>
        </message>
        <message>
            <source>{name} is no file.</source>
            <translation>{name} 不是文件。</translation>
        </message>
        <message>
            <source>{name} can't be read: {reason}.</source>
            <translation>无法读取 {name}：{reason}。</translation>
        </message>
        <message>
            <source>{name} is longer than {most} KiB and is not read.</source>
            <translation>{name} 超过 {most} KiB，没有读取。</translation>
        </message>
        <message>
            <source>{name} is no text in UTF-8: line {line} holds something else.</source>
            <translation>{name} 不是 UTF-8 文本：第 {line} 行有别的东西。</translation>
        </message>
        <message>
            <source>The header that begins here is not closed by a line of {rule}.</source>
            <translation>从这里开始的文件头没有用一行 {rule} 结束。</translation>
        </message>
        <message>
            <source>There is no header: the first line must be {rule}.</source>
            <translation>没有文件头：第一行应当是 {rule}。</translation>
        </message>
        <message>
            <source>{value} is no line of a header: write a key, a colon and its value.</source>
            <translation>{value} 不是文件头的一行：应当写键、英文冒号和值。</translation>
        </message>
        <message>
            <source>{key} was said before, in line {first}; that one stands.</source>
            <translation>{key} 在第 {first} 行已经写过，以那一行为准。</translation>
        </message>
        <message>
            <source>This was the last scene.</source>
            <translation>这是最后一个场景了。</translation>
        </message>
        <message>
            <source>This is the first scene.</source>
            <translation>这是第一个场景。</translation>
        </message>
        <message>
            <source>Name a folder for the run.</source>
            <translation>请指定训练所用的文件夹。</translation>
        </message>
        <message>
            <source>{path} is no folder that can be written; name another.</source>
            <translation>{path} 不是可写的文件夹；请另选一个。</translation>
        </message>
        <message>
            <source>{part} can't be typeset as a formula.</source>
            <translation>{part} 无法排成公式。</translation>
        </message>
        <message>
            <source>The display {display} does not answer; check {variable}, or draw without one: headlight snapshot --text "…" --out picture.png.</source>
            <translation>显示器 {display} 没有响应；请检查 {variable}，或不用显示器直接绘图：headlight snapshot --text "…" --out picture.png。</translation>
        </message>
        <message>
            <source>There is no display; start it on a desktop, or draw without one: headlight snapshot --text "…" --out picture.png.</source>
            <translation>没有显示器；请在桌面环境中启动，或不用显示器直接绘图：headlight snapshot --text "…" --out picture.png。</translation>
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
            <source>{path} is damaged, or no session file: {reason}.</source>
            <translation>{path} 已损坏，或不是会话文件：{reason}。</translation>
        </message>
        <message>
            <source>{path} is no session file.</source>
            <translation>{path} 不是会话文件。</translation>
        </message>
        <message>
            <source>{path} is of version {found}, and this program reads up to version {version}; a newer Headlight opens it.</source>
            <translation>{path} 是版本 {found}，本程序最多读到版本 {version}；请用更新的 Headlight 打开。</translation>
        </message>
        <message>
            <source>{path}: {key} can't be {value}; it is as usual.</source>
            <translation>{path}：{key} 不能是 {value}；按通常的来。</translation>
        </message>
        <message>
            <source>{path}: {keys} can't be as they stand there; they are as usual.</source>
            <translation>{path}：{keys} 不能是那里写的样子；按通常的来。</translation>
        </message>
        <message>
            <source>{path} says {keys}, which this version does not know; it is kept as it is.</source>
            <translation>{path} 中有 {keys}，本版本不认识；原样保留。</translation>
        </message>
        <message>
            <source>the key {key} is given twice</source>
            <translation>键 {key} 写了两次</translation>
        </message>
        <message>
            <source>{name} is no JSON number</source>
            <translation>{name} 不是 JSON 的数</translation>
        </message>
        <message>
            <source>{path} is open in another window (process {process}); this is a copy, to be saved under another name.</source>
            <translation>{path} 已在另一个窗口中打开（进程 {process}）；这是副本，请用别的名字保存。</translation>
        </message>
        <message>
            <source>{path} is open in another window (process {process}), so it was not written; save this under another name.</source>
            <translation>{path} 已在另一个窗口中打开（进程 {process}），所以没有写入；请用别的名字保存。</translation>
        </message>
        <message>
            <source>{path} was changed by another program since it was opened here, so it was not written; save this under another name.</source>
            <translation>{path} 在此打开之后被别的程序改过，所以没有写入；请用别的名字保存。</translation>
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
            <source>The model of this picture is no longer open.</source>
            <translation>这幅图像的模型已不再打开。</translation>
        </message>
        <message>
            <source>The following arguments are required: --run.</source>
            <translation>缺少以下参数：--run。</translation>
        </message>
        <message>
            <source>A run has one folder; {one} and {other} are named.</source>
            <translation>一次训练只有一个文件夹，却指定了 {one} 和 {other}。</translation>
        </message>
        <message>
            <source>{path} holds no run that can go on.</source>
            <translation>{path} 中没有可继续的训练。</translation>
        </message>
        <message>
            <source>The recipe {name} is for the objective {found}, not {asked}.</source>
            <translation>配方 {name} 用于目标 {found}，而不是 {asked}。</translation>
        </message>
        <message>
            <source>There is no objective {found}; known are {known}.</source>
            <translation>没有目标 {found}；已知的有 {known}。</translation>
        </message>
        <message>
            <source>{path} has {size} bytes; at most {limit} are read.</source>
            <translation>{path} 有 {size} 字节；最多读取 {limit} 字节。</translation>
        </message>
        <message>
            <source>{path} is no regular file.</source>
            <translation>{path} 不是普通文件。</translation>
        </message>
        <message>
            <source>There is not enough memory for this step; make the batch smaller and go on.</source>
            <translation>内存不足，无法完成这一步；请减小批量后继续。</translation>
        </message>
        <message>
            <source>There is not enough memory for this text and model; shorten the text or open a smaller model.</source>
            <translation>内存不足以处理这段文字和这个模型；请缩短文字或打开较小的模型。</translation>
        </message>
        <message>
            <source>The run could not go on; the log says why.</source>
            <translation>训练无法继续，原因见日志。</translation>
        </message>
        <message>
            <source>This could not be computed; the log says why. The last picture stays.</source>
            <translation>这次计算失败，原因见日志；上一幅画面保持不变。</translation>
        </message>
        <message>
            <source>This could not be computed; the log says why.</source>
            <translation>无法计算；原因见日志。</translation>
        </message>
        <message>
            <source>the token embeddings</source>
            <translation>词元嵌入</translation>
        </message>
        <message>
            <source>the position embeddings</source>
            <translation>位置嵌入</translation>
        </message>
        <message>
            <source>the segment embeddings</source>
            <translation>分段嵌入</translation>
        </message>
        <message>
            <source>the stream that enters</source>
            <translation>进入的残差流</translation>
        </message>
        <message>
            <source>the queries</source>
            <translation>查询 q</translation>
        </message>
        <message>
            <source>the queries before they turn</source>
            <translation>旋转前的查询 q</translation>
        </message>
        <message>
            <source>the keys</source>
            <translation>键 k</translation>
        </message>
        <message>
            <source>the keys before they turn</source>
            <translation>旋转前的键 k</translation>
        </message>
        <message>
            <source>the values</source>
            <translation>值 v</translation>
        </message>
        <message>
            <source>the content term of the scores</source>
            <translation>得分的内容项</translation>
        </message>
        <message>
            <source>the bias of the scores</source>
            <translation>得分的偏置</translation>
        </message>
        <message>
            <source>the position term of the scores</source>
            <translation>得分的位置项</translation>
        </message>
        <message>
            <source>the segment term of the scores</source>
            <translation>得分的分段项</translation>
        </message>
        <message>
            <source>the scores</source>
            <translation>得分</translation>
        </message>
        <message>
            <source>the weights</source>
            <translation>权重</translation>
        </message>
        <message>
            <source>z, the weighted values</source>
            <translation>z（加权后的值）</translation>
        </message>
        <message>
            <source>the stream after attention</source>
            <translation>注意力之后的残差流</translation>
        </message>
        <message>
            <source>the stream after cross-attention</source>
            <translation>交叉注意力之后的残差流</translation>
        </message>
        <message>
            <source>the feed-forward activations</source>
            <translation>前馈激活</translation>
        </message>
        <message>
            <source>the feed-forward output</source>
            <translation>前馈输出</translation>
        </message>
        <message>
            <source>the stream that leaves</source>
            <translation>离开的残差流</translation>
        </message>
        <message>
            <source>the last stream</source>
            <translation>最终的残差流</translation>
        </message>
        <message>
            <source>the logits</source>
            <translation>logits</translation>
        </message>
        <message>
            <source>the next-sentence verdict</source>
            <translation>下一句判断</translation>
        </message>
        <message>
            <source>the labels</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>self-attention</source>
            <translation>自注意力</translation>
        </message>
        <message>
            <source>cross-attention</source>
            <translation>交叉注意力</translation>
        </message>
        <message>
            <source>encoder</source>
            <translation>编码器</translation>
        </message>
        <message>
            <source>decoder</source>
            <translation>解码器</translation>
        </message>
        <message>
            <source>query stream</source>
            <translation>查询流</translation>
        </message>
        <message>
            <source>Position {position} is the first with them.</source>
            <translation>最先出现在位置 {position}。</translation>
        </message>
        <message>
            <source>The parameter {name} holds them itself: the model is damaged.</source>
            <translation>参数 {name} 本身就含有这样的值：模型已损坏。</translation>
        </message>
        <message>
            <source>The file of the model holds them, in {name}.</source>
            <translation>模型文件在 {name} 中含有这样的值。</translation>
        </message>
        <message>
            <source>The file of the model holds numbers alone: the computation goes beyond what its type can hold.</source>
            <translation>模型文件中全是数：计算超出了其数值类型的范围。</translation>
        </message>
        <message>
            <source>Some values are no numbers (NaN or infinite), first in {tensor}.</source>
            <translation>有些值不是数（NaN 或无穷），最先出现在{tensor}。</translation>
        </message>
        <message>
            <source>Some values are no numbers (NaN or infinite), first in {tensor} of the {stack}.</source>
            <translation>有些值不是数（NaN 或无穷），最先出现在{stack}的{tensor}。</translation>
        </message>
        <message>
            <source>Some values are no numbers (NaN or infinite), first in {tensor} of {stack} layer {layer}.</source>
            <translation>有些值不是数（NaN 或无穷），最先出现在{stack}第 {layer} 层的{tensor}。</translation>
        </message>
        <message>
            <source>Some values are no numbers (NaN or infinite), first in {tensor} of {stack} layer {layer}, {kind}.</source>
            <translation>有些值不是数（NaN 或无穷），最先出现在{stack}第 {layer} 层{kind}的{tensor}。</translation>
        </message>
        <message>
            <source>Some values are no numbers (NaN or infinite), first in {tensor} of {stack} layer {layer}, {kind}, head {head}.</source>
            <translation>有些值不是数（NaN 或无穷），最先出现在{stack}第 {layer} 层{kind}第 {head} 头的{tensor}。</translation>
        </message>
        <message>
            <source>{path}: the id of {token} is {found}; expected a number.</source>
            <translation>{path}：{token} 的编号为 {found}；应为数字。</translation>
        </message>
        <message>
            <source>Only an encoder with learned positions, segments, norms behind its sublayers and its embeddings, and a masked head with a bias or a classifier can be written as BERT.</source>
            <translation>只有具备学习位置、分段、子层与嵌入之后的归一化，并带有偏置的掩码头或分类器的编码器，才能写成 BERT。</translation>
        </message>
        <message>
            <source>{path} gives two tokens the same id.</source>
            <translation>{path} 给两个词元同一个编号。</translation>
        </message>
        <message>
            <source>{path}: line {number} is {found}; expected two tokens.</source>
            <translation>{path}：第 {number} 行为 {found}；应为两个词元。</translation>
        </message>
        <message>
            <source>The download of {file} broke off after {here:,} of {size:,} bytes; start it again and it goes on from there.</source>
            <translation>{file} 下载中断，已得 {here:,} / {size:,} 字节；重新开始即可续传。</translation>
        </message>
        <message>
            <source>{path} is a link that leaves its folder.</source>
            <translation>{path} 是指向其文件夹之外的链接。</translation>
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
            <source>it holds more values than that of any model</source>
            <translation>其中的值比任何模型的都多</translation>
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
            <source>{path}: the weights are quantized, which this program does not read; open the model they were made from.</source>
            <translation>{path}：权重已量化，本程序不读取；请打开量化前的模型。</translation>
        </message>
        <message>
            <source>config.json: {name} is {value}; expected {expected}.</source>
            <translation>config.json：{name} 为 {value}；应为 {expected}。</translation>
        </message>
        <message>
            <source>ids of tokens</source>
            <translation>词元编号</translation>
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
            <source>{path} is damaged or no safetensors file: its {size} bytes would begin with a header of {length}; at most {limit} are read.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：文件共 {size} 字节，却声称文件头有 {length} 字节；最多读取 {limit}。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: its header is no JSON that this program can read: {reason}.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：文件头不是可读的 JSON：{reason}。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: its header is no table of tensors but {found}.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：文件头不是张量表，而是 {found}。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: {key} is {found}; expected a dtype, a shape and two data_offsets.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：{key} 为 {found}；应有 dtype、shape 和两个 data_offsets。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: {key} is of type {found}, which the format does not know.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：{key} 的类型 {found} 不属于该格式。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: {key} has shape {shape} of {dtype}, which takes {expected} bytes; its offsets hold {found}.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：{key} 的形状为 {shape}（{dtype}），需要 {expected} 字节；其偏移只含 {found} 字节。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: {key} begins at byte {found}; expected {expected}, where the tensor before it ends.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：{key} 从第 {found} 字节开始；应为前一张量的结尾 {expected}。</translation>
        </message>
        <message>
            <source>{path} is damaged or no safetensors file: its tensors end at byte {expected}, but it has {found} bytes.</source>
            <translation>{path} 已损坏或不是 safetensors 文件：张量止于第 {expected} 字节，而文件有 {found} 字节。</translation>
        </message>
        <message>
            <source>{model} is no id of the hub; an id has the form owner/name, in letters, digits and - _ . only.</source>
            <translation>{model} 不是模型库编号；编号形如“所有者/名称”，只含字母、数字和 - _ .。</translation>
        </message>
        <message>
            <source>{model} has no {file} on the hub, and this program reads no other weights; choose a model that has it.</source>
            <translation>模型库中的 {model} 没有 {file}，本程序不读取其他权重；请选择有此文件的模型。</translation>
        </message>
        <message>
            <source>{model} has no {file} on the hub, so it is no Transformer that this program opens.</source>
            <translation>模型库中的 {model} 没有 {file}，不是本程序能打开的 Transformer。</translation>
        </message>
        <message>
            <source>{file} of {model} is not what the hub said it would be (size or content), so it was not kept; try again later.</source>
            <translation>{model} 的 {file} 与模型库所述不符（大小或内容），未保留；请稍后再试。</translation>
        </message>
        <message>
            <source>{model} is open only to those who accept its terms: do that on its page, then log in with: hf auth login.</source>
            <translation>{model} 只对接受其条款的人开放：请在其页面上接受，然后用 hf auth login 登录。</translation>
        </message>
        <message>
            <source>The hub has no {model}, or it is private: check the name, or log in with: hf auth login.</source>
            <translation>模型库中没有 {model}，或它是私有的：请检查名称，或用 hf auth login 登录。</translation>
        </message>
        <message>
            <source>The hub does not let you read {model} (status {code}); log in with: hf auth login.</source>
            <translation>模型库不允许你读取 {model}（状态 {code}）；请用 hf auth login 登录。</translation>
        </message>
        <message>
            <source>The hub answers with status {code} instead of {model}; try again later.</source>
            <translation>模型库未给出 {model}，而返回状态 {code}；请稍后再试。</translation>
        </message>
        <message>
            <source>HF_HUB_OFFLINE is set, so {model} can't be downloaded; unset it, or open a model that has been.</source>
            <translation>已设置 HF_HUB_OFFLINE，无法下载 {model}；请取消设置，或打开已下载的模型。</translation>
        </message>
        <message>
            <source>The hub at {address} can't be reached ({reason}); check the connection. Models that were downloaded open without it.</source>
            <translation>无法连接模型库 {address}（{reason}）；请检查网络。已下载的模型无需网络即可打开。</translation>
        </message>
        <message>
            <source>Only an encoder and a decoder with sinusoidal positions in halves, norms behind their sublayers and none at the end, and a bias on the logits can be written as Marian.</source>
            <translation>只有位置为前后两半的正弦编码、归一化在子层之后且末尾没有、logits 带偏置的编码器与解码器才能写成 Marian。</translation>
        </message>
        <message>
            <source>{path}: {key} and {other} differ; this program expects them to be one.</source>
            <translation>{path}：{key} 与 {other} 不同；本程序要求二者相同。</translation>
        </message>
        <message>
            <source>{path} holds {count} tensors that this family does not have, such as {key}.</source>
            <translation>{path} 含有 {count} 个此系列没有的张量，例如 {key}。</translation>
        </message>
        <message>
            <source>Only a model without residual connections or without norms is written in this program's own layout.</source>
            <translation>只有没有残差连接或没有归一化的模型才用本程序自己的格式写出。</translation>
        </message>
        <message>
            <source>config.json: pad_token_id is {pad}, which leaves no room in {positions} positions.</source>
            <translation>config.json：pad_token_id 为 {pad}，在 {positions} 个位置中没有余地。</translation>
        </message>
        <message>
            <source>{path} needs {needed} of memory in {dtype} with a text of {tokens} tokens, and {free} are free; in a smaller type or with fewer tensors kept it fits.</source>
            <translation>{path} 用 {dtype} 处理 {tokens} 个词元的文本需要 {needed} 内存，而可用 {free}；用更小的类型或保留较少的张量可以容纳。</translation>
        </message>
        <message>
            <source>{path} needs {needed} of memory in {dtype} with a text of {tokens} tokens, and {free} are free; it does not fit in bfloat16 with fewer tensors kept either, which needs {least}.</source>
            <translation>{path} 用 {dtype} 处理 {tokens} 个词元的文本需要 {needed} 内存，而可用 {free}；用 bfloat16 并保留较少的张量需要 {least}，也容纳不下。</translation>
        </message>
        <message>
            <source>config.json: rope_parameters differ by layer, which this program does not compute.</source>
            <translation>config.json：rope_parameters 随层而异，本程序不计算这种情形。</translation>
        </message>
        <message>
            <source>{path}: {name} is {value}; expected a number up to {most}.</source>
            <translation>{path}：{name} 为 {value}；应为不超过 {most} 的数。</translation>
        </message>
        <message>
            <source>{path} is a Unigram model; expected BPE.</source>
            <translation>{path} 是 Unigram 模型；应为 BPE。</translation>
        </message>
        <message>
            <source>{path} is a BPE model; expected Unigram.</source>
            <translation>{path} 是 BPE 模型；应为 Unigram。</translation>
        </message>
        <message>
            <source>a whole number from 1 to 16777216</source>
            <translation>1 到 16777216 的整数</translation>
        </message>
        <message>
            <source>a whole number from 0 to 16777216</source>
            <translation>0 到 16777216 的整数</translation>
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
            <source>a list out of </source>
            <translation>由以下各项组成的列表：</translation>
        </message>
        <message>
            <source>an object</source>
            <translation>对象</translation>
        </message>
        <message>
            <source>a name for each number from 0</source>
            <translation>从 0 起每个编号一个名称</translation>
        </message>
        <message>
            <source>config.json: {name} is {width}, which {heads} heads do not divide.</source>
            <translation>config.json：{name} 为 {width}，不能被 {heads} 个头整除。</translation>
        </message>
        <message>
            <source>config.json has no {name}; the file is not whole, or not of this family.</source>
            <translation>config.json 中没有 {name}；文件不完整，或不属于此系列。</translation>
        </message>
        <message>
            <source>{path} is no SentencePiece model this program can read: {reason}.</source>
            <translation>{path} 不是本程序可读的 SentencePiece 模型：{reason}。</translation>
        </message>
        <message>
            <source>Only an encoder and a decoder with bucketed positions, norms by the root mean square before their sublayers, scores that are not scaled, no biases, and a head scale of 1 or 1 / sqrt(width) can be written as T5.</source>
            <translation>只有这样的编码器加解码器才能写成 T5：分桶位置、子层之前的均方根归一化、不缩放的分数、没有偏置，且输出头的缩放为 1 或 1 / sqrt(宽度)。</translation>
        </message>
        <message>
            <source>{path} was tried and had not ended after {seconds} seconds; it is not opened.</source>
            <translation>试用 {path} 时 {seconds} 秒后仍未结束；不予打开。</translation>
        </message>
        <message>
            <source>{path} can't be tried in a process of its own: {reason}.</source>
            <translation>无法在单独的进程中试用 {path}：{reason}。</translation>
        </message>
        <message>
            <source>{path} was tried and ended its process ({status}), in {memory} MB of memory; it is not opened.</source>
            <translation>试用 {path} 时其进程终止（{status}），内存 {memory} MB；不予打开。</translation>
        </message>
        <message>
            <source>{path} is no tokenizer this program can read: {reason}.</source>
            <translation>{path} 不是本程序能读取的分词器：{reason}。</translation>
        </message>
        <message>
            <source>{path} gives ids up to {found}, but the model has {rows} tokens.</source>
            <translation>{path} 给出的编号最大为 {found}，而模型只有 {rows} 个词元。</translation>
        </message>
        <message>
            <source>{path} is missing; of {family} no other vocabulary is read: save it with a tokenizer of the tokenizers library.</source>
            <translation>缺少 {path}；{family} 不支持其他词表文件：请用 tokenizers 库的分词器保存它。</translation>
        </message>
        <message>
            <source>{folder} has neither tokenizer.json nor {legacy}; the model came without its tokenizer.</source>
            <translation>{folder} 中既无 tokenizer.json 也无 {legacy}；模型缺少分词器。</translation>
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
            <source>{path} was cut short while it was read: {key} has {found} of its {expected} bytes.</source>
            <translation>{path} 在读取时被截断：{key} 只有 {found} 字节，应有 {expected} 字节。</translation>
        </message>
        <message>
            <source>{path} is a pickle, which can run code; convert it with save_pretrained of transformers, which writes model.safetensors.</source>
            <translation>{path} 是可能执行代码的 pickle 文件；请用 transformers 的 save_pretrained 转换，它会写出 model.safetensors。</translation>
        </message>
        <message>
            <source>{path} is of a kind that is not read; convert it with save_pretrained of transformers, which writes model.safetensors.</source>
            <translation>{path} 的格式不可读取；请用 transformers 的 save_pretrained 转换，它会写出 model.safetensors。</translation>
        </message>
        <message>
            <source>{path} has no weight_map.</source>
            <translation>{path} 没有 weight_map。</translation>
        </message>
        <message>
            <source>{path} names {count} files; at most {most} are read.</source>
            <translation>{path} 列出 {count} 个文件；最多读取 {most} 个。</translation>
        </message>
        <message>
            <source>{path} names {shard}; a bare name that ends in .safetensors is expected.</source>
            <translation>{path} 列出 {shard}；应为以 .safetensors 结尾的纯文件名。</translation>
        </message>
        <message>
            <source>{path} has no {token}, which stands for unknown words.</source>
            <translation>{path} 没有代表未知词的 {token}。</translation>
        </message>
        <message>
            <source>Only a model with two streams, norms behind its sublayers and none at the end, heads that share its width, no biases in attention and one on the logits can be written as XLNet.</source>
            <translation>只有这样的双流模型才能写成 XLNet：归一化在子层之后且末尾没有、各头平分宽度、注意力没有偏置而 logits 有偏置。</translation>
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
            <source>{name} of rotary positions is {value}; it must be above 0.</source>
            <translation>旋转位置的 {name} 为 {value}；必须大于 0。</translation>
        </message>
        <message>
            <source>low_factor of rotary positions is {low}; it must be below high_factor, {high}.</source>
            <translation>旋转位置的 low_factor 为 {low}；必须小于 high_factor（{high}）。</translation>
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
            <source>{given} attention windows are given for {layers} layers.</source>
            <translation>给出了 {given} 个注意力窗口，而模型有 {layers} 层。</translation>
        </message>
        <message>
            <source>An attention window is {value}; it must not be below 0.</source>
            <translation>注意力窗口为 {value}；不能小于 0。</translation>
        </message>
        <message>
            <source>Without residual connections attention and feed-forward can't read the same stream: one takes the place of the other.</source>
            <translation>没有残差连接时，注意力与前馈不能读同一条残差流：一个会取代另一个。</translation>
        </message>
        <message>
            <source>A model with two streams has residual connections and norms.</source>
            <translation>双流模型必须有残差连接和归一化。</translation>
        </message>
        <message>
            <source>Dropout is {value}; it must be from 0 to below 1.</source>
            <translation>dropout 为 {value}；必须大于等于 0 且小于 1。</translation>
        </message>
        <message>
            <source>{heads} heads of {width} are too wide to be shown.</source>
            <translation>{heads} 个宽为 {width} 的头过宽，无法显示。</translation>
        </message>
        <message>
            <source>{heads} decoder heads can't share a width of {width} evenly.</source>
            <translation>{heads} 个解码器头不能均分宽度 {width}。</translation>
        </message>
        <message>
            <source>{heads} heads can't share {keys} key heads evenly.</source>
            <translation>{heads} 个头不能均分 {keys} 个键头。</translation>
        </message>
        <message>
            <source>The classifier has {count} labels; it needs at least two.</source>
            <translation>分类器有 {count} 个标签；至少需要两个。</translation>
        </message>
        <message>
            <source>A classifier needs an encoder or a decoder; this model has both.</source>
            <translation>分类器只需要编码器或解码器之一；此模型两者都有。</translation>
        </message>
        <message>
            <source>Sinusoidal positions need an even width; this one is {width}.</source>
            <translation>正弦位置编码需要偶数宽度；此处为 {width}。</translation>
        </message>
        <message>
            <source>Rotary positions turn pairs; {turning} of a head's {width} dimensions are none.</source>
            <translation>旋转位置成对转动；一个头的 {width} 维中取 {turning} 维不成对。</translation>
        </message>
        <message>
            <source>This needs the whole trace, and the model was opened to keep fewer tensors; open it again when more memory is free.</source>
            <translation>这需要完整的计算记录，而此模型打开时只保留较少的张量；请在可用内存更多时重新打开它。</translation>
        </message>
        <message>
            <source>No such file or directory</source>
            <translation>没有这个文件或文件夹</translation>
        </message>
        <message>
            <source>Permission denied</source>
            <translation>没有权限</translation>
        </message>
        <message>
            <source>File exists</source>
            <translation>文件已存在</translation>
        </message>
        <message>
            <source>Not a directory</source>
            <translation>不是文件夹</translation>
        </message>
        <message>
            <source>Is a directory</source>
            <translation>是一个文件夹</translation>
        </message>
        <message>
            <source>File name too long</source>
            <translation>文件名太长</translation>
        </message>
        <message>
            <source>No space left on device</source>
            <translation>磁盘空间不足</translation>
        </message>
        <message>
            <source>Read-only file system</source>
            <translation>文件系统只读</translation>
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
            <source>{path} is of step {step}, of which there is {other}.</source>
            <translation>{path} 属于第 {step} 步，而这一步已有 {other}。</translation>
        </message>
        <message>
            <source>{path} was written anew while it was read.</source>
            <translation>{path} 在读取时被重新写入。</translation>
        </message>
        <message>
            <source>{path} is of another model than {first}: {name} is {found}, not {expected}.</source>
            <translation>{path} 与 {first} 不是同一个模型：{name} 是 {found}，而不是 {expected}。</translation>
        </message>
        <message>
            <source>Expecting value</source>
            <translation>缺少一个值</translation>
        </message>
        <message>
            <source>Expecting property name enclosed in double quotes</source>
            <translation>缺少双引号里的键</translation>
        </message>
        <message>
            <source>Expecting ':' delimiter</source>
            <translation>缺少冒号</translation>
        </message>
        <message>
            <source>Expecting ',' delimiter</source>
            <translation>缺少逗号</translation>
        </message>
        <message>
            <source>Illegal trailing comma before end of object</source>
            <translation>对象末尾多了一个逗号</translation>
        </message>
        <message>
            <source>Illegal trailing comma before end of array</source>
            <translation>数组末尾多了一个逗号</translation>
        </message>
        <message>
            <source>Extra data</source>
            <translation>结尾之后还有内容</translation>
        </message>
        <message>
            <source>Unterminated string starting at</source>
            <translation>字符串没有结束</translation>
        </message>
        <message>
            <source>Invalid control character at</source>
            <translation>字符串里有控制字符</translation>
        </message>
        <message>
            <source>Invalid \escape</source>
            <translation>反斜杠后面的字符不对</translation>
        </message>
        <message>
            <source>Invalid \uXXXX escape</source>
            <translation>\u 后面不是四位十六进制数</translation>
        </message>
        <message>
            <source>{what}: line {line} column {column} (char {at})</source>
            <translation>第 {line} 行第 {column} 列（第 {at} 个字符）：{what}</translation>
        </message>
        <message>
            <source>'utf-8' codec can't decode byte {byte} in position {at}: {what}</source>
            <translation>位置 {at} 的字节 {byte} 不是 UTF-8 文本（{what}）</translation>
        </message>
        <message>
            <source>'utf-8' codec can't decode bytes in position {at}-{last}: {what}</source>
            <translation>位置 {at} 到 {last} 的字节不是 UTF-8 文本（{what}）</translation>
        </message>
        <message>
            <source>its brackets are nested too deep</source>
            <translation>括号嵌套得太深</translation>
        </message>
        <message>
            <source>transformers {version} does not tell {name} of this model, so nothing is proven; install another version.</source>
            <translation>transformers {version} 未给出此模型的 {name}，因此什么也没有证明；请安装其他版本。</translation>
        </message>
        <message>
            <source>transformers is not installed, so there is nothing to compare with; install it with: pip install transformers.</source>
            <translation>未安装 transformers，无从对比；请安装：pip install transformers。</translation>
        </message>
        <message>
            <source>transformers {version} can't open {path}: {reason}.</source>
            <translation>transformers {version} 无法打开 {path}：{reason}。</translation>
        </message>
        <message>
            <source>transformers {version} can't be compared with on {path}: {reason}.</source>
            <translation>无法就 {path} 与 transformers {version} 对比：{reason}。</translation>
        </message>
        <message>
            <source>The stream is read as it is: this model norms after each sublayer.</source>
            <translation>残差流按原样读取：此模型在每个子层之后归一化。</translation>
        </message>
        <message>
            <source>h of the key is what leaves the encoder at its token.</source>
            <translation>键的 h 是编码器在该词元处的输出。</translation>
        </message>
        <message>
            <source>Heads {first} to {last} share key head {key_head}.</source>
            <translation>第 {first} 至 {last} 头共用键头 {key_head}。</translation>
        </message>
        <message>
            <source>Queries and keys are normed by head before they are compared.</source>
            <translation>查询与键在比较之前按头归一化。</translation>
        </message>
        <message>
            <source>The rotation R turns pairs of dimensions by an angle that grows with the position; lengths stay.</source>
            <translation>旋转 R 使成对的维转过随位置增大的角度；长度不变。</translation>
        </message>
        <message>
            <source>u is a vector of the head, learned: what it looks for whatever the query is.</source>
            <translation>u 是该头学到的向量：无论查询为何，它都在寻找的内容。</translation>
        </message>
        <message>
            <source>The model is altered: the product is not divided by √d.</source>
            <translation>模型被改动：乘积没有除以 √d。</translation>
        </message>
        <message>
            <source>This model does not scale the product.</source>
            <translation>此模型不缩放点积。</translation>
        </message>
        <message>
            <source>A bias learned by head for each bucket of distance, the same in every layer.</source>
            <translation>每个头按距离分桶学到的偏置，各层相同。</translation>
        </message>
        <message>
            <source>Scores are capped: no score is beyond c.</source>
            <translation>分数有上限：不超过 c。</translation>
        </message>
        <message>
            <source>This attention adds nothing to the score.</source>
            <translation>此注意力不在分数上另加什么。</translation>
        </message>
        <message>
            <source>This query sees {seen} of {all} keys.</source>
            <translation>此查询可见 {all} 个键中的 {seen} 个。</translation>
        </message>
        <message>
            <source>The key is masked: its weight is 0, and nothing of it is read. The steps end here.</source>
            <translation>此键被掩蔽：权重为 0，什么也不从中读取。步骤到此为止。</translation>
        </message>
        <message>
            <source>The query sees no key at all; the model then reads every key alike, as it was trained to. The steps end here.</source>
            <translation>此查询看不到任何键；模型便如训练时那样同等读取所有键。步骤到此为止。</translation>
        </message>
        <message>
            <source>The model is altered: the embedding of the query's token entered it times {factor}.</source>
            <translation>模型已改动：查询词元的嵌入在进入时乘以 {factor}。</translation>
        </message>
        <message>
            <source>The model is altered: the embedding of the key's token entered it times {factor}.</source>
            <translation>模型已改动：键词元的嵌入在进入时乘以 {factor}。</translation>
        </message>
        <message>
            <source>g is learned: for a key of another segment.</source>
            <translation>g 由学习得来：用于另一段的键。</translation>
        </message>
        <message>
            <source>g is learned: for a key of the same segment.</source>
            <translation>g 由学习得来：用于同一段的键。</translation>
        </message>
        <message>
            <source>Cross-attention sees every token of the source.</source>
            <translation>交叉注意力可见源文的每个词元。</translation>
        </message>
        <message>
            <source>No order is drawn: every token sees every other.</source>
            <translation>没有抽取次序：词元彼此可见。</translation>
        </message>
        <message>
            <source>The query stream sees what is read before its own token.</source>
            <translation>查询流可见在其自身词元之前读取的内容。</translation>
        </message>
        <message>
            <source>A token sees itself and what is read before it.</source>
            <translation>词元可见自身及在它之前读取的内容。</translation>
        </message>
        <message>
            <source>An encoder masks nothing.</source>
            <translation>编码器不掩蔽。</translation>
        </message>
        <message>
            <source>A token sees no later one, and of those before it the last {window}, itself among them.</source>
            <translation>词元看不到之后的词元，之前的只见最后 {window} 个，含自身。</translation>
        </message>
        <message>
            <source>A decoder masks what comes after: a token sees no later one.</source>
            <translation>解码器掩蔽后文：词元看不到之后的词元。</translation>
        </message>
        <message>
            <source>This model has no norms: the numbers stay as they are.</source>
            <translation>此模型没有归一化：数值保持原样。</translation>
        </message>
        <message>
            <source>The last sum is over the other {count} keys.</source>
            <translation>最后一项是其余 {count} 个键之和。</translation>
        </message>
        <message>
            <source>The model is altered: the output matrix reads each head's z times its factor φ.</source>
            <translation>模型已改动：输出矩阵读取的是各头的 z 乘以其系数 φ。</translation>
        </message>
        <message>
            <source>What is written has a norm of its own.</source>
            <translation>写入的内容另有归一化。</translation>
        </message>
        <message>
            <source>The feed-forward reads the same stream as attention does, beside it.</source>
            <translation>前馈与注意力并行，读取同一残差流。</translation>
        </message>
        <message>
            <source>The model is altered: what the feed-forward writes is multiplied by φ.</source>
            <translation>模型已改动：前馈写入的内容乘以 φ。</translation>
        </message>
        <message>
            <source>This model has no residual connections: what is written takes the place of the stream.</source>
            <translation>此模型没有残差连接：写出的内容取代残差流。</translation>
        </message>
        <message>
            <source>Cross-attention stands between: x″ is the stream after it.</source>
            <translation>其间有交叉注意力：x″ 为其后的残差流。</translation>
        </message>
        <message>
            <source>Rollout follows one text from layer to layer, and cross-attention looks at another; choose the encoder or the decoder.</source>
            <translation>汇流逐层追踪同一段文本，而交叉注意力看的是另一段文本；请选择编码器或解码器。</translation>
        </message>
        <message>
            <source>Rollout follows one stream from layer to layer, and XLNet's query stream reads the content stream; choose the content stream.</source>
            <translation>汇流逐层追踪同一个流，而 XLNet 的查询流读取内容流；请选择内容流。</translation>
        </message>
        <message>
            <source>Flow is computed for at most {most} tokens, and here are {count}; shorten the text.</source>
            <translation>最大流最多计算 {most} 个词元，这里有 {count} 个；请缩短文本。</translation>
        </message>
        <message>
            <source>Weights on the way from this position are no numbers, so it has no flow.</source>
            <translation>从该位置出发的路径上有权重不是数，因此没有最大流。</translation>
        </message>
        <message>
            <source>This model has no head: it makes no predictions that a layer could be read by. Open one that does.</source>
            <translation>此模型没有输出头：没有预测可用来读出各层。请打开有输出头的模型。</translation>
        </message>
        <message>
            <source>The head reads the decoder alone; show the decoder's attention to see what its layers would predict.</source>
            <translation>输出头只读解码器；请显示解码器的注意力，以查看其各层的预测。</translation>
        </message>
        <message>
            <source>This counts places of one text; cross-attention looks at another.</source>
            <translation>这一读数以同一文本中的位置计；交叉注意力看的是另一文本。</translation>
        </message>
        <message>
            <source>Induction is defined where later tokens are hidden; an encoder sees what follows.</source>
            <translation>归纳只在后面的词元不可见时有定义；编码器能看到后文。</translation>
        </message>
        <message>
            <source>A decoder does not see the next token.</source>
            <translation>解码器看不到后一个词元。</translation>
        </message>
        <message>
            <source>No token of this text is there twice, or none sees its like; type a word twice.</source>
            <translation>这段文本中没有重复的词元，或没有词元能看到与自己相同的；请把一个词输入两次。</translation>
        </message>
        <message>
            <source>The tokens that this counts are left out (View menu).</source>
            <translation>此项所计的词元已被略去（“视图”菜单）。</translation>
        </message>
        <message>
            <source>Tokens are left out and rows no longer sum to 1; this is defined once they are renormalised (View menu).</source>
            <translation>有词元被略去，各行之和不再为 1；重新归一化后（“视图”菜单）此项才有定义。</translation>
        </message>
        <message>
            <source>No token of this text sees such a key.</source>
            <translation>这段文本中没有词元能看到这样的键。</translation>
        </message>
        <message>
            <source>This model adds no bias by distance to its scores.</source>
            <translation>本模型不给分数加按距离的偏置。</translation>
        </message>
        <message>
            <source>This model's scores have no term by distance.</source>
            <translation>本模型的分数没有按距离的项。</translation>
        </message>
        <message>
            <source>Nothing turns here: this attention gets no rotary positions.</source>
            <translation>这里没有旋转：此注意力不用旋转位置。</translation>
        </message>
        <message>
            <source>This model's positions are a bias of the scores, so there is no row for each of them.</source>
            <translation>本模型的位置是分数的偏置，因此没有逐位置的行。</translation>
        </message>
        <message>
            <source>This model is told no positions.</source>
            <translation>本模型不接收位置。</translation>
        </message>
        <message>
            <source>This model adds no row to a token, so there is none to be compared.</source>
            <translation>本模型不给词元加位置行，因此没有可比较的。</translation>
        </message>
        <message>
            <source>A shift is a rotation of sines and cosines alone, and this model has none.</source>
            <translation>只有正弦余弦位置的平移才是旋转，而本模型没有。</translation>
        </message>
        <message>
            <source>The gradient is of a loss; this model has no head that predicts.</source>
            <translation>梯度是对损失求的；该模型没有用于预测的输出层。</translation>
        </message>
        <message>
            <source>The gradient is of the loss of each next token; type two tokens.</source>
            <translation>梯度是对逐个预测下一词元的损失求的；请输入至少两个词元。</translation>
        </message>
        <message>
            <source>No other step of these weights is known; train a model, or watch a folder of checkpoints.</source>
            <translation>不知道这些权重在其他步的样子；请训练一个模型，或关注一个检查点文件夹。</translation>
        </message>
        <message>
            <source>The weights are compared with those of step {step}, which are these; go to another step.</source>
            <translation>与第 {step} 步的权重比较，而这就是那一步的权重；请换到另一步。</translation>
        </message>
        <message>
            <source>The temperature is {value}; it must be 0 or above.</source>
            <translation>温度为 {value};必须大于或等于 0。</translation>
        </message>
        <message>
            <source>top-k is {value}; it must be 0 or above.</source>
            <translation>top-k 为 {value};必须大于或等于 0。</translation>
        </message>
        <message>
            <source>top-p is {value}; it must be above 0 and at most 1.</source>
            <translation>top-p 为 {value};必须大于 0 且不超过 1。</translation>
        </message>
        <message>
            <source>The timeline has no step yet.</source>
            <translation>时间线上还没有任何步。</translation>
        </message>
        <message>
            <source>The tokenizer can't read this text: {reason}.</source>
            <translation>分词器无法读取这段文字：{reason}。</translation>
        </message>
        <message>
            <source>{path} does not fit its run: recipe.json tells another shape.</source>
            <translation>{path} 与其训练不符：recipe.json 描述的是另一种形状。</translation>
        </message>
        <message>
            <source>The window is {window} tokens, but the model's context is {context}.</source>
            <translation>窗口为 {window} 个词元，而模型的上下文只有 {context}。</translation>
        </message>
        <message>
            <source>The learning rate is {value}; it must be above 0.</source>
            <translation>学习率为 {value}；必须大于 0。</translation>
        </message>
        <message>
            <source>The objective causal trains a decoder alone; this model has {stacks}.</source>
            <translation>目标 causal 只训练解码器；此模型有 {stacks}。</translation>
        </message>
        <message>
            <source>There is one text to train on; give more.</source>
            <translation>只有一条文本可供训练；请提供更多。</translation>
        </message>
        <message>
            <source>The model tells {ours} apart and the data have {theirs}.</source>
            <translation>模型区分的是 {ours}，而数据的标签是 {theirs}。</translation>
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
            <source>{path} was changed since the run began: it had {before} characters and has {now}. To go on with what is there now, name it: headlight train --run FOLDER --resume --data FILE.</source>
            <translation>{path} 在训练开始后被改动：当时有 {before} 个字符，现在有 {now} 个。要用现在的内容继续，请指明它：headlight train --run FOLDER --resume --data FILE。</translation>
        </message>
        <message>
            <source>This recipe needs data; name them with --data.</source>
            <translation>此配方需要数据；请用 --data 指定。</translation>
        </message>
        <message>
            <source>This would take {size} of memory, and {free} are free; make the model or the batch smaller.</source>
            <translation>这需要 {size} 内存，而空闲 {free}；请减小模型或批量。</translation>
        </message>
        <message>
            <source>{path} already holds a run; name another folder, or remove it.</source>
            <translation>{path} 中已有一次训练；请换一个文件夹，或先将其删除。</translation>
        </message>
        <message>
            <source>{path} is of version {found}; this program goes on with runs of version {version}.</source>
            <translation>{path} 的版本是 {found}；本程序只能继续版本 {version} 的训练。</translation>
        </message>
        <message>
            <source>{path} is in use by another process, which trains there.</source>
            <translation>{path} 正被另一个进程用于训练。</translation>
        </message>
        <message>
            <source>{path} is not held by this run any more; open it again.</source>
            <translation>{path} 已不再由此训练占用；请重新打开。</translation>
        </message>
        <message>
            <source>{path} has no checkpoint; begin anew in another folder.</source>
            <translation>{path} 中没有检查点；请在另一个文件夹中重新开始。</translation>
        </message>
        <message>
            <source>{path} has no checkpoint of step {step}; there are {known}.</source>
            <translation>{path} 没有第 {step} 步的检查点；现有：{known}。</translation>
        </message>
        <message>
            <source>{path} is damaged; remove it to go on without what was changed by hand.</source>
            <translation>{path} 已损坏；删除它即可继续，但会丢失手动更改。</translation>
        </message>
        <message>
            <source>{path} does not fit its run: {reason}.</source>
            <translation>{path} 与其训练不符：{reason}。</translation>
        </message>
        <message>
            <source>{path} is damaged: {reason}; go on from an earlier checkpoint.</source>
            <translation>{path} 已损坏：{reason}；请从更早的检查点继续。</translation>
        </message>
        <message>
            <source>{path} has texts of {count} labels; to tell labels apart takes two or more.</source>
            <translation>{path} 中的文本只有 {count} 种标签；区分标签需要两种或更多。</translation>
        </message>
        <message>
            <source>{path} has {count} different labels, more than {most}; is that the column of labels?</source>
            <translation>{path} 有 {count} 种不同的标签，超过 {most} 种；那是标签列吗？</translation>
        </message>
        <message>
            <source>{path} has {count} texts of the label {label} and {held_out} of each label are held out; both parts need one.</source>
            <translation>{path} 有 {count} 条标签为 {label} 的文本，每种标签留出 {held_out} 条；两部分都至少需要一条。</translation>
        </message>
        <message>
            <source>{path}, line {line}: expected a text, a tab and its label.</source>
            <translation>{path} 第 {line} 行：应为文本、制表符和标签。</translation>
        </message>
        <message>
            <source>The objective masked trains an encoder with a head for hidden words; this model has {stacks}.</source>
            <translation>目标 masked 训练带掩蔽词预测头的编码器；此模型有 {stacks}。</translation>
        </message>
        <message>
            <source>Predict the next token</source>
            <translation>预测下一个词元</translation>
        </message>
        <message>
            <source>A decoder, as GPT: in self-attention, heads that look at the token before, and induction heads where text repeats itself.</source>
            <translation>解码器，如 GPT：在自注意力中，看前一个词元的头，以及文本重复处的归纳头。</translation>
        </message>
        <message>
            <source>Find hidden words</source>
            <translation>找出被遮的词</translation>
        </message>
        <message>
            <source>An encoder, as BERT: each token looks both ways; mask a word of the prompt and see what is held likely behind it.</source>
            <translation>编码器，如 BERT：每个词元向两边看；遮住提示中的一个词，看模型认为它可能是什么。</translation>
        </message>
        <message>
            <source>Fill dropped spans</source>
            <translation>填补删去的片段</translation>
        </message>
        <message>
            <source>Encoder and decoder, as T5: in cross-attention, what the decoder reads around the gap that it fills.</source>
            <translation>编码器与解码器，如 T5：在交叉注意力中，看解码器填空时读了空缺周围的什么。</translation>
        </message>
        <message>
            <source>Predict in any order</source>
            <translation>按任意顺序预测</translation>
        </message>
        <message>
            <source>Two streams, as XLNet: the query stream knows a place and not its word; draw an order and see who may look at whom.</source>
            <translation>双流，如 XLNet：查询流知道位置而不知道词；抽取一个顺序，看谁可以看谁。</translation>
        </message>
        <message>
            <source>Translate pairs of texts</source>
            <translation>翻译成对的文本</translation>
        </message>
        <message>
            <source>Encoder and decoder, as the first Transformer: in cross-attention, each token looks at the words that it renders.</source>
            <translation>编码器与解码器，如最初的 Transformer：在交叉注意力中，每个词元看它所译的词。</translation>
        </message>
        <message>
            <source>Tell labels apart</source>
            <translation>区分标签</translation>
        </message>
        <message>
            <source>An encoder that a classifier reads: the verdict stands below the prompt and follows each key; the first token looks at what decides.</source>
            <translation>由分类器读取的编码器：判断显示在提示下方，随每次按键更新；第一个词元看向起决定作用的词。</translation>
        </message>
        <message>
            <source>There are {there} GPUs on this machine and more processes; start one for each.</source>
            <translation>这台机器有 {there} 块 GPU，而进程更多；请每块 GPU 启动一个进程。</translation>
        </message>
        <message>
            <source>The objective permutation trains a model with two streams and a head, such as XLNet; this model has none.</source>
            <translation>目标 permutation 训练带双流和输出头的模型（如 XLNet）；此模型没有。</translation>
        </message>
        <message>
            <source>{path} is no recipe this program can follow: {reason}.</source>
            <translation>{path} 不是本程序能执行的训练配方：{reason}。</translation>
        </message>
        <message>
            <source>{path}: objective is {found!r}; this program trains {known}.</source>
            <translation>{path}：目标为 {found!r}；本程序可训练 {known}。</translation>
        </message>
        <message>
            <source>{path}: the task {name} is for the objective {due}, not {found}.</source>
            <translation>{path}：任务 {name} 用于目标 {due}，而不是 {found}。</translation>
        </message>
        <message>
            <source>The objective spans trains an encoder and a decoder; this model has {stacks}.</source>
            <translation>目标 spans 训练编码器加解码器；此模型有 {stacks}。</translation>
        </message>
        <message>
            <source>The loss is no number after step {step}; lower the learning rate and go on from {path}.</source>
            <translation>第 {step} 步之后损失不再是数值；请降低学习率，并从 {path} 继续。</translation>
        </message>
        <message>
            <source>The loss is no number after step {step}; lower the learning rate.</source>
            <translation>第 {step} 步之后损失不再是数；请降低学习率。</translation>
        </message>
        <message>
            <source>The text is too short for pairs of sentences in windows of {window} tokens; give more text or a smaller window.</source>
            <translation>文本太短，不足以在 {window} 个词元的窗口中组成句对；请提供更多文本或更小的窗口。</translation>
        </message>
        <message>
            <source>The text is too short for passages of {tokens} tokens; give more text or a smaller window.</source>
            <translation>文本太短，不足以取 {tokens} 个词元的段落；请提供更多文本或减小窗口。</translation>
        </message>
        <message>
            <source>{heads} heads can't share a width of {width} evenly.</source>
            <translation>{heads} 个头不能均分宽度 {width}。</translation>
        </message>
        <message>
            <source>{found} columns are named where {count} are due: {usual}.</source>
            <translation>指定了 {found} 列，应为 {count} 列：{usual}。</translation>
        </message>
        <message>
            <source>{path}, line {line}: the column {column} is empty.</source>
            <translation>{path} 第 {line} 行：{column} 列为空。</translation>
        </message>
        <message>
            <source>{path} has more than {limit} MiB of text, which is all that is read from one file; cut it.</source>
            <translation>{path} 的文本超过 {limit} MiB，这是从一个文件中读取的上限；请截短。</translation>
        </message>
        <message>
            <source>{path}, line {line} is longer than {limit} MiB.</source>
            <translation>{path} 第 {line} 行超过 {limit} MiB。</translation>
        </message>
        <message>
            <source>{path} is not UTF-8 text (line {line}, byte {at}); convert it first.</source>
            <translation>{path} 不是 UTF-8 文本（第 {line} 行，第 {at} 字节）；请先转换。</translation>
        </message>
        <message>
            <source>{path}, line {line} has {count} fields and none numbered {place}, counted from 0.</source>
            <translation>{path} 第 {line} 行有 {count} 个字段，没有编号为 {place} 的字段（从 0 计）。</translation>
        </message>
        <message>
            <source>{path}, line {line} is no row of a CSV file: {reason}.</source>
            <translation>{path} 第 {line} 行不是 CSV 的一行：{reason}。</translation>
        </message>
        <message>
            <source>{path}, line {line} has no column {name!r}; it has {known}.</source>
            <translation>{path} 第 {line} 行没有 {name!r} 列；有 {known}。</translation>
        </message>
        <message>
            <source>{path}, line {line} is no JSON: {reason}.</source>
            <translation>{path} 第 {line} 行不是 JSON：{reason}。</translation>
        </message>
        <message>
            <source>{path}, line {line} is no JSON object.</source>
            <translation>{path} 第 {line} 行不是 JSON 对象。</translation>
        </message>
        <message>
            <source>{path}, line {line}: {name} is no text.</source>
            <translation>{path} 第 {line} 行：{name} 不是文本。</translation>
        </message>
        <message>
            <source>Copy letters</source>
            <translation>抄写字母</translation>
        </message>
        <message>
            <source>In cross-attention, the diagonal: each letter is read where it will be written.</source>
            <translation>看交叉注意力中的对角线：每个字母在将要写下的位置被读取。</translation>
        </message>
        <message>
            <source>Reverse letters</source>
            <translation>倒写字母</translation>
        </message>
        <message>
            <source>In cross-attention, the anti-diagonal: the last letter is read first.</source>
            <translation>看交叉注意力中的反对角线：最后一个字母最先被读取。</translation>
        </message>
        <message>
            <source>Sort letters</source>
            <translation>字母排序</translation>
        </message>
        <message>
            <source>In cross-attention, each query finds the next letter of the alphabet, wherever it stands.</source>
            <translation>看交叉注意力：每个查询都找到字母表中的下一个字母，无论它在哪里。</translation>
        </message>
        <message>
            <source>Add two numbers</source>
            <translation>两数相加</translation>
        </message>
        <message>
            <source>In cross-attention, each digit of the sum looks at the two digits of its column, and at the column to the right, whose carry it needs.</source>
            <translation>看交叉注意力：和的每一位都看着同一列的两个数字，以及右边需要进位的那一列。</translation>
        </message>
        <message>
            <source>Numbers to digits</source>
            <translation>数词转数字</translation>
        </message>
        <message>
            <source>In cross-attention, each digit looks at the word that tells it.</source>
            <translation>看交叉注意力：每个数字都看着说出它的词。</translation>
        </message>
        <message>
            <source>Dates to digits</source>
            <translation>日期转数字</translation>
        </message>
        <message>
            <source>In cross-attention, the digits of year, month and day look at the words that tell them, in whatever order they stand.</source>
            <translation>看交叉注意力：年、月、日的数字都看着说出它们的词，无论这些词的顺序如何。</translation>
        </message>
        <message>
            <source>Close brackets</source>
            <translation>括号配对</translation>
        </message>
        <message>
            <source>In self-attention, the head that looks back at the last bracket that is still open: it tells which one to close.</source>
            <translation>看自注意力中回看最后一个未闭合括号的头：它说明该闭合哪一种。</translation>
        </message>
        <message>
            <source>Say it again</source>
            <translation>不断重复</translation>
        </message>
        <message>
            <source>In self-attention, two layers at work: a head that looks at the letter before, and a later one that looks at what followed this letter each time before; its induction score rises as the loss falls.</source>
            <translation>在自注意力中，两层协作：前一层有一个头看前一个字母，后一层有一个头看这个字母以前每次出现之后是什么；损失下降时，它的归纳得分上升。</translation>
        </message>
        <message>
            <source>Go on repeating</source>
            <translation>继续重复</translation>
        </message>
        <message>
            <source>In cross-attention, what induction is: the query that has just said a letter looks at what followed it in the source, each time it was said.</source>
            <translation>看交叉注意力中的归纳：刚写下一个字母的查询，看着源文本中每次跟在它后面的内容。</translation>
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
            <source>The tokenizer has no {end}, which stands between documents.</source>
            <translation>分词器中没有用于分隔文档的 {end}。</translation>
        </message>
        <message>
            <source>The text has {tokens} tokens and a window needs {window} and one more; give more text or a smaller window.</source>
            <translation>文字有 {tokens} 个词元，而一个窗口需要 {window} 个再加一个；请提供更多文字或缩小窗口。</translation>
        </message>
        <message>
            <source>{path} has {lines} lines and {held_out} are held out; both parts need one.</source>
            <translation>{path} 有 {lines} 行，其中留出 {held_out} 行；两部分各至少需要一行。</translation>
        </message>
        <message>
            <source>{path}, line {line}: expected a text, a tab and its translation.</source>
            <translation>{path} 第 {line} 行：应为文本、制表符及其译文。</translation>
        </message>
        <message>
            <source>The objective translation trains an encoder and a decoder; this model has {stacks}.</source>
            <translation>目标 translation 训练编码器与解码器；此模型有 {stacks}。</translation>
        </message>
        <message>
            <source>A text has {tokens} tokens and the window only {window}; raise window and context.</source>
            <translation>有一段文本含 {tokens} 个词元，而窗口只有 {window}；请加大 window 和 context。</translation>
        </message>
        <message>
            <source>A vocabulary of {vocabulary} tokens can't spell every text; it needs at least {least}.</source>
            <translation>{vocabulary} 个词元的词表无法拼写所有文字；至少需要 {least} 个。</translation>
        </message>
        <message>
            <source>The tokenizer has no {name}, which this objective needs.</source>
            <translation>分词器没有此目标所需的 {name}。</translation>
        </message>
        <message>
            <source>{path}, line {line}, is damaged; remove the file to go on without it.</source>
            <translation>{path} 第 {line} 行已损坏；删除该文件即可在没有它的情况下继续。</translation>
        </message>
        <message>
            <source>{path} ends at step {found}, before the checkpoint of step {step}; remove the file to go on without it.</source>
            <translation>{path} 止于第 {found} 步，早于第 {step} 步的检查点；删除该文件即可在没有它的情况下继续。</translation>
        </message>
        <message>
            <source>{path} can't be written, for the disk is full ({reason}); make room and go on.</source>
            <translation>磁盘已满，无法写入 {path}（{reason}）；请腾出空间后继续。</translation>
        </message>
        <message>
            <source>{path} holds no whole checkpoint yet, such as checkpoint-100.</source>
            <translation>{path} 中还没有完整的检查点，例如 checkpoint-100。</translation>
        </message>
    </context>
    <context>
        <name>derivation</name>
        <message>
            <source>Residual stream</source>
            <translation>残差流</translation>
        </message>
        <message>
            <source>Query and key</source>
            <translation>查询与键</translation>
        </message>
        <message>
            <source>Product</source>
            <translation>点积</translation>
        </message>
        <message>
            <source>Scale</source>
            <translation>倍数</translation>
        </message>
        <message>
            <source>Bias</source>
            <translation>偏置</translation>
        </message>
        <message>
            <source>Mask</source>
            <translation>掩蔽</translation>
        </message>
        <message>
            <source>Softmax</source>
            <translation>Softmax</translation>
        </message>
        <message>
            <source>Values into z</source>
            <translation>值汇为 z</translation>
        </message>
        <message>
            <source>Heads joined</source>
            <translation>各头拼接</translation>
        </message>
        <message>
            <source>Output matrix</source>
            <translation>输出矩阵</translation>
        </message>
        <message>
            <source>Residual added</source>
            <translation>加上残差</translation>
        </message>
        <message>
            <source>Norm</source>
            <translation>归一化</translation>
        </message>
        <message>
            <source>Feed-forward</source>
            <translation>前馈</translation>
        </message>
        <message>
            <source>What the heads write takes the place of what was there: nothing is added.</source>
            <translation>各头写出的内容取代原来的内容：什么也不相加。</translation>
        </message>
        <message>
            <source>Where other models have a norm, the numbers go on as they are.</source>
            <translation>别的模型在这里做归一化；这个模型没有，数值原样往下走。</translation>
        </message>
        <message>
            <source>What the query's token has gathered so far, and what attention reads of it.</source>
            <translation>查询词元至此积累的内容，以及注意力从中读取的内容。</translation>
        </message>
        <message>
            <source>What the query looks for, and what the key offers.</source>
            <translation>查询所寻，键所供。</translation>
        </message>
        <message>
            <source>Query times key, dimension by dimension; the sum says how well they match.</source>
            <translation>查询与键逐维相乘；其和表示匹配程度。</translation>
        </message>
        <message>
            <source>Most models scale the sum, so that wide heads don't have larger scores.</source>
            <translation>多数模型对和进行缩放，使宽的头分数不致更大。</translation>
        </message>
        <message>
            <source>What this kind of model adds to the score, or does to it.</source>
            <translation>此类模型在分数上所加或所做的。</translation>
        </message>
        <message>
            <source>What may not be seen has −∞ added to its score.</source>
            <translation>不可见者的分数加上 −∞。</translation>
        </message>
        <message>
            <source>The scores of the whole row become weights that sum to 1.</source>
            <translation>整行分数变为和为 1 的权重。</translation>
        </message>
        <message>
            <source>The values of all keys, each times its weight, summed into z: those that give most come first.</source>
            <translation>所有键的值乘以权重，汇为 z：贡献最多者在前。</translation>
        </message>
        <message>
            <source>The z of every head, one after another; this head's is lit.</source>
            <translation>各头的 z 依次相接；此头的点亮。</translation>
        </message>
        <message>
            <source>The output matrix turns each head's z into what it writes to the stream.</source>
            <translation>输出矩阵把各头的 z 变为写入残差流的内容。</translation>
        </message>
        <message>
            <source>What the heads write is added to what was there.</source>
            <translation>各头写入的内容加到原有内容之上。</translation>
        </message>
        <message>
            <source>Brought to one size, and given a learned gain. A layer norm takes out the mean too, and puts in a shift.</source>
            <translation>缩放到统一大小，再乘以学到的增益。层归一化还要减去均值，并加上偏移。</translation>
        </message>
        <message>
            <source>The feed-forward step: its units, the largest of them, what it writes, the stream after it.</source>
            <translation>前馈一步：各单元、其中最大者、写入的内容、其后的残差流。</translation>
        </message>
        <message>
            <source>i is the query's position, j the key's, k any key's, c a dimension, d the head's width, D the model's. Vaswani et al. 2017, “Attention Is All You Need”, section 3.2.</source>
            <translation>i 为查询位置，j 为键位置，k 为任一键，c 为维，d 为头宽，D 为模型宽。Vaswani 等 2017，《Attention Is All You Need》，3.2 节。</translation>
        </message>
        <message>
            <source>γ is the gain, β the shift, both learned; ε keeps the root above 0. Layer norm: Ba et al. 2016; by the root mean square alone: Zhang and Sennrich 2019.</source>
            <translation>γ 为增益，β 为偏移，皆由学习得来；ε 使根号大于 0。层归一化：Ba 等 2016；仅用均方根：Zhang 与 Sennrich 2019。</translation>
        </message>
        <message>
            <source>T5's bias: Raffel et al. 2020, section 2.1; XLNet's terms: Yang et al. 2019 and Dai et al. 2019, section 3.3; the cap: Gemma Team 2024.</source>
            <translation>T5 的偏置：Raffel 等 2020，2.1 节；XLNet 的各项：Yang 等 2019 与 Dai 等 2019，3.3 节；上限：Gemma Team 2024。</translation>
        </message>
        <message>
            <source>Rotary positions: Su et al. 2021; key heads that several queries share: Ainslie et al. 2023.</source>
            <translation>旋转位置：Su 等 2021；多个查询共用的键头：Ainslie 等 2023。</translation>
        </message>
        <message>
            <source>Vaswani et al. 2017, section 3.3; the gate: Shazeer 2020.</source>
            <translation>Vaswani 等 2017，3.3 节；门控：Shazeer 2020。</translation>
        </message>
        <message>
            <source>Residual connection: He et al. 2016.</source>
            <translation>残差连接：He 等 2016。</translation>
        </message>
    </context>
    <context>
        <name>layout</name>
        <message>
            <source>Encoder</source>
            <translation>编码器</translation>
        </message>
        <message>
            <source>Source tokens look at source tokens (Alt+1)</source>
            <translation>源词元看源词元（Alt+1）</translation>
        </message>
        <message>
            <source>Decoder, masked</source>
            <translation>解码器（掩蔽）</translation>
        </message>
        <message>
            <source>Target tokens look at those before them (Alt+2)</source>
            <translation>目标词元看其前面的词元（Alt+2）</translation>
        </message>
        <message>
            <source>Cross</source>
            <translation>交叉</translation>
        </message>
        <message>
            <source>Target tokens look at source tokens (Alt+3)</source>
            <translation>目标词元看源词元（Alt+3）</translation>
        </message>
        <message>
            <source>Content stream</source>
            <translation>内容流</translation>
        </message>
        <message>
            <source>Each token knows itself (Alt+4)</source>
            <translation>每个词元知道自己（Alt+4）</translation>
        </message>
        <message>
            <source>Query stream</source>
            <translation>查询流</translation>
        </message>
        <message>
            <source>Each token knows its place, but not itself (Alt+5)</source>
            <translation>每个词元知道自己的位置，但不知道自己（Alt+5）</translation>
        </message>
        <message>
            <source>Pattern</source>
            <translation>注意力</translation>
        </message>
        <message>
            <source>Weights after softmax, 0 to 1 (F6 for the next)</source>
            <translation>softmax 之后的权重，0 到 1（F6 切换）</translation>
        </message>
        <message>
            <source>Scores</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>What softmax is taken of (F6 for the next)</source>
            <translation>取 softmax 之前的值（F6 切换）</translation>
        </message>
        <message>
            <source>Content</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>The part of the scores that q and k make (F6 for the next)</source>
            <translation>分数中由 q 和 k 构成的部分（F6 切换）</translation>
        </message>
        <message>
            <source>Bias</source>
            <translation>偏置</translation>
        </message>
        <message>
            <source>The part of the scores that the distance makes (F6 for the next)</source>
            <translation>分数中由距离构成的部分（F6 切换）</translation>
        </message>
        <message>
            <source>Position</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>Difference</source>
            <translation>差值</translation>
        </message>
        <message>
            <source>The weight here less the weight on the other side (F6 for the next)</source>
            <translation>当前权重减去对照权重（F6 切换）</translation>
        </message>
        <message>
            <source>Segment</source>
            <translation>句段</translation>
        </message>
        <message>
            <source>The part of the scores that the sentences make (F6 for the next)</source>
            <translation>分数中由句段构成的部分（F6 切换）</translation>
        </message>
        <message>
            <source>Gradient</source>
            <translation>梯度</translation>
        </message>
        <message>
            <source>What more of a weight would do to the loss (F6 for the next)</source>
            <translation>权重增大会使损失如何变化（F6 切换到下一项）</translation>
        </message>
    </context>
    <context>
        <name>pages</name>
        <message>
            <source>Head</source>
            <translation>注意力头</translation>
        </message>
        <message>
            <source>Lines</source>
            <translation>连线</translation>
        </message>
        <message>
            <source>Arithmetic</source>
            <translation>算式</translation>
        </message>
        <message>
            <source>Positions</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>Activations</source>
            <translation>激活</translation>
        </message>
        <message>
            <source>Weights</source>
            <translation>权重</translation>
        </message>
        <message>
            <source>Lens</source>
            <translation>透镜</translation>
        </message>
        <message>
            <source>Readings</source>
            <translation>读数</translation>
        </message>
        <message>
            <source>Rollout</source>
            <translation>汇流</translation>
        </message>
        <message>
            <source>Generate</source>
            <translation>生成</translation>
        </message>
        <message>
            <source>What if</source>
            <translation>假如</translation>
        </message>
        <message>
            <source>Side by side</source>
            <translation>并排</translation>
        </message>
        <message>
            <source>Training</source>
            <translation>训练</translation>
        </message>
    </context>
    <context>
        <name>positions</name>
        <message>
            <source>distance, key − query</source>
            <translation>距离，键 − 查询</translation>
        </message>
        <message>
            <source>Bias of each head; dotted lines part buckets</source>
            <translation>每个头的偏置；点线分隔各桶</translation>
        </message>
        <message>
            <source>bias</source>
            <translation>偏置</translation>
        </message>
        <message>
            <source>head</source>
            <translation>头</translation>
        </message>
        <message>
            <source>cosine of rows</source>
            <translation>行的余弦</translation>
        </message>
        <message>
            <source>dot product of rows</source>
            <translation>行的点积</translation>
        </message>
        <message>
            <source>position</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>of sinusoids, not used</source>
            <translation>正弦波的（未使用）</translation>
        </message>
        <message>
            <source>distance, query − key</source>
            <translation>距离，查询 − 键</translation>
        </message>
        <message>
            <source>pair of dimensions</source>
            <translation>维度对</translation>
        </message>
        <message>
            <source>dimension</source>
            <translation>维度</translation>
        </message>
        <message>
            <source>the model's table</source>
            <translation>模型的位置表</translation>
        </message>
        <message>
            <source>wave of each distance</source>
            <translation>每个距离的波</translation>
        </message>
        <message>
            <source>angle, in radians</source>
            <translation>角度（弧度）</translation>
        </message>
        <message>
            <source>what is added to the token</source>
            <translation>加到词元上的值</translation>
        </message>
        <message>
            <source>sinusoids, not used</source>
            <translation>正弦波（未使用）</translation>
        </message>
        <message>
            <source>norm {norm} · cosine {cosine}</source>
            <translation>范数 {norm} · 余弦 {cosine}</translation>
        </message>
        <message>
            <source>norm {norm}</source>
            <translation>范数 {norm}</translation>
        </message>
        <message>
            <source>= input of layer 0</source>
            <translation>= 第 0 层的输入</translation>
        </message>
        <message>
            <source>= sum</source>
            <translation>= 和</translation>
        </message>
        <message>
            <source>after the norm: input of layer 0</source>
            <translation>归一化之后：第 0 层的输入</translation>
        </message>
        <message>
            <source>Norm of each summand</source>
            <translation>各加数的范数</translation>
        </message>
        <message>
            <source>this query</source>
            <translation>此查询</translation>
        </message>
        <message>
            <source>mean of queries</source>
            <translation>各查询的平均</translation>
        </message>
        <message>
            <source>the part no query changes</source>
            <translation>与查询无关的部分</translation>
        </message>
        <message>
            <source>Position term of the scores: layer {layer}, head {head}</source>
            <translation>分数中的位置项：第 {layer} 层，头 {head}</translation>
        </message>
        <message>
            <source>R(k) is the same wherever the shift starts; each pair turns at a speed of its own.</source>
            <translation>无论从哪里开始平移，R(k) 都相同；每一对维度以自己的速度旋转。</translation>
        </message>
        <message>
            <source>sum {n}</source>
            <translation>和 {n}</translation>
        </message>
        <message>
            <source>to the score, by pair, unturned</source>
            <translation>各对对分数的贡献，未旋转</translation>
        </message>
        <message>
            <source>to the score, by pair, turned</source>
            <translation>各对对分数的贡献，旋转后</translation>
        </message>
        <message>
            <source>Single dimensions, by position</source>
            <translation>单个维度随位置的变化</translation>
        </message>
        <message>
            <source>Cosine of the turn of single pairs, by position</source>
            <translation>单个维度对旋转角的余弦，按位置</translation>
        </message>
        <message>
            <source>this text: {n}</source>
            <translation>本文：{n}</translation>
        </message>
        <message>
            <source>Wavelength of each pair, in positions, logarithmic</source>
            <translation>每一对的波长（位置数，对数标度）</translation>
        </message>
        <message>
            <source>Learned, a row each</source>
            <translation>学习的位置，每个一行</translation>
        </message>
        <message>
            <source>Sine and cosine in turn</source>
            <translation>正弦余弦交替</translation>
        </message>
        <message>
            <source>Sines, then cosines</source>
            <translation>先正弦，后余弦</translation>
        </message>
        <message>
            <source>Bias by distance</source>
            <translation>按距离的偏置</translation>
        </message>
        <message>
            <source>Relative, in the scores</source>
            <translation>相对位置，在分数中</translation>
        </message>
        <message>
            <source>Rotary: q and k turn</source>
            <translation>旋转位置：q 与 k 旋转</translation>
        </message>
        <message>
            <source>No positions</source>
            <translation>没有位置</translation>
        </message>
        <message>
            <source>Matrix</source>
            <translation>矩阵</translation>
        </message>
        <message>
            <source>What the scheme says of each position, dimension by dimension</source>
            <translation>该方案对每个位置逐维给出的值</translation>
        </message>
        <message>
            <source>Curves</source>
            <translation>曲线</translation>
        </message>
        <message>
            <source>Single dimensions along positions, and the wavelength of each pair</source>
            <translation>单个维度随位置的变化，以及每一对的波长</translation>
        </message>
        <message>
            <source>Similarity</source>
            <translation>相似度</translation>
        </message>
        <message>
            <source>Dot product or cosine of the rows of every two positions</source>
            <translation>任意两个位置的行的点积或余弦</translation>
        </message>
        <message>
            <source>Shift</source>
            <translation>平移</translation>
        </message>
        <message>
            <source>A shift by k positions is one rotation of each pair, wherever it starts (Vaswani et al. 2017, section 3.5)</source>
            <translation>平移 k 个位置就是每一对维度的一次旋转，与起点无关（Vaswani 等，2017，3.5 节）</translation>
        </message>
        <message>
            <source>Sum</source>
            <translation>求和</translation>
        </message>
        <message>
            <source>token + position + segment = what enters the first layer</source>
            <translation>词元 + 位置 + 段 = 进入第一层的向量</translation>
        </message>
        <message>
            <source>By distance</source>
            <translation>按距离</translation>
        </message>
        <message>
            <source>The bias of each head along distance, and its buckets (Raffel et al. 2020, section 2.1)</source>
            <translation>每个头随距离的偏置及其分桶（Raffel 等，2020，2.1 节）</translation>
        </message>
        <message>
            <source>By head</source>
            <translation>按头</translation>
        </message>
        <message>
            <source>The bias of every head at every distance</source>
            <translation>每个头在每个距离上的偏置</translation>
        </message>
        <message>
            <source>Term</source>
            <translation>位置项</translation>
        </message>
        <message>
            <source>What position alone adds to a head's scores, by distance (Dai et al. 2019, section 3.3)</source>
            <translation>仅由位置加到一个头的分数上的值，按距离（Dai 等，2019，3.3 节）</translation>
        </message>
        <message>
            <source>Turn</source>
            <translation>旋转</translation>
        </message>
        <message>
            <source>How one pair of dimensions of a query and a key turns (Su et al. 2021)</source>
            <translation>查询与键的一对维度如何旋转（Su 等，2021）</translation>
        </message>
        <message>
            <source>Angles</source>
            <translation>角度</translation>
        </message>
        <message>
            <source>How far each pair of dimensions turns at each position</source>
            <translation>每一对维度在每个位置旋转多少</translation>
        </message>
        <message>
            <source>Cosine</source>
            <translation>余弦</translation>
        </message>
        <message>
            <source>Dot product of the rows, each scaled to length 1</source>
            <translation>两行各缩放到长度 1 后的点积</translation>
        </message>
        <message>
            <source>Dot product</source>
            <translation>点积</translation>
        </message>
        <message>
            <source>Sum of the products of two rows, dimension by dimension</source>
            <translation>两行逐维相乘再求和</translation>
        </message>
        <message>
            <source>not this model's: width {width}, base {base}</source>
            <translation>非本模型：宽度 {width}，底数 {base}</translation>
        </message>
        <message>
            <source>beyond this model's {n} positions</source>
            <translation>超出本模型的 {n} 个位置</translation>
        </message>
        <message>
            <source>the first {n} positions</source>
            <translation>前 {n} 个位置</translation>
        </message>
        <message>
            <source>colours end at ±{cut}, values at ±{most}</source>
            <translation>颜色止于 ±{cut}，数值至 ±{most}</translation>
        </message>
        <message>
            <source>pixels: the largest of several</source>
            <translation>像素：取若干值中最大者</translation>
        </message>
        <message>
            <source>wavelengths: logarithmic</source>
            <translation>波长：对数标度</translation>
        </message>
        <message>
            <source>some values are no numbers</source>
            <translation>有些值不是数</translation>
        </message>
        <message>
            <source>cross-attention gets none</source>
            <translation>交叉注意力没有位置</translation>
        </message>
        <message>
            <source>Position {place}{token} turns pair {pair} (dimensions {a} and {b}) by {place} × {frequency} rad: {angle} rad within one turn, cosine {cosine}; a whole turn takes {wave} positions</source>
            <translation>位置 {place}{token} 使第 {pair} 对（维度 {a} 与 {b}）旋转 {place} × {frequency} 弧度：一圈之内为 {angle} 弧度，余弦 {cosine}；转一整圈需 {wave} 个位置</translation>
        </message>
        <message>
            <source>Position {place}{token}, dimension {dimension}: {value}; of sinusoids {other}</source>
            <translation>位置 {place}{token}，维度 {dimension}：{value}；正弦波为 {other}</translation>
        </message>
        <message>
            <source>Distance {place}, dimension {dimension} ({name} of pair {pair}, one wave in {wave} positions): {value}</source>
            <translation>距离 {place}，维度 {dimension}（第 {pair} 对的 {name}，每 {wave} 个位置一个周期）：{value}</translation>
        </message>
        <message>
            <source>Position {place}{token}, dimension {dimension} ({name} of pair {pair}, one wave in {wave} positions): {value}</source>
            <translation>位置 {place}{token}，维度 {dimension}（第 {pair} 对的 {name}，每 {wave} 个位置一个周期）：{value}</translation>
        </message>
        <message>
            <source>Positions {i} and {j}, {apart} apart: {value}</source>
            <translation>位置 {i} 与 {j}，相距 {apart}：{value}</translation>
        </message>
        <message>
            <source>of sinusoids {value}</source>
            <translation>正弦波为 {value}</translation>
        </message>
        <message>
            <source>correlation of the two pictures off their diagonals {r}</source>
            <translation>两图对角线以外的相关系数 {r}</translation>
        </message>
        <message>
            <source>Pair {pair}: dimensions {a} (sin) and {b} (cos)</source>
            <translation>第 {pair} 对：维度 {a}（sin）与 {b}（cos）</translation>
        </message>
        <message>
            <source>ω = {frequency} rad a position, one wave in {wave}</source>
            <translation>ω = 每位置 {frequency} 弧度，周期 {wave} 个位置</translation>
        </message>
        <message>
            <source>largest difference {error}</source>
            <translation>最大差 {error}</translation>
        </message>
        <message>
            <source>Pair {pair}: dimensions {a} and {b}</source>
            <translation>第 {pair} 对：维度 {a} 与 {b}</translation>
        </message>
        <message>
            <source>θ = {frequency} rad a position, one turn in {wave}</source>
            <translation>θ = 每位置 {frequency} 弧度，{wave} 个位置转一圈</translation>
        </message>
        <message>
            <source>q against k: ({i} − {j}) θ = {angle} rad</source>
            <translation>q 相对 k：({i} − {j}) θ = {angle} 弧度</translation>
        </message>
        <message>
            <source>To the score this pair gives {turned}, unturned {flat}</source>
            <translation>此对对分数的贡献：{turned}，未旋转时 {flat}</translation>
        </message>
        <message>
            <source>This cell is masked: its score is not used.</source>
            <translation>此格被掩蔽：其分数不被使用。</translation>
        </message>
        <message>
            <source>{n} and beyond</source>
            <translation>{n} 及更远</translation>
        </message>
        <message>
            <source>{n} to {m}</source>
            <translation>{n} 到 {m}</translation>
        </message>
        <message>
            <source>{used} of {all} buckets are in use; layers share them</source>
            <translation>{all} 个桶中用到 {used} 个；各层共用</translation>
        </message>
        <message>
            <source>Key − query = {distance}: bucket {bucket} ({span})</source>
            <translation>键 − 查询 = {distance}：桶 {bucket}（{span}）</translation>
        </message>
        <message>
            <source>bias of head {head} {value}</source>
            <translation>头 {head} 的偏置 {value}</translation>
        </message>
        <message>
            <source>Query {query}{token} − key = {distance}: {value}, of which no query changes {constant}; mean of all queries {mean}</source>
            <translation>查询 {query}{token} − 键 = {distance}：{value}，其中与查询无关的部分为 {constant}；各查询平均 {mean}</translation>
        </message>
        <message>
            <source>no key is that far from this query</source>
            <translation>此查询没有这么远的键</translation>
        </message>
        <message>
            <source>token</source>
            <translation>词元</translation>
        </message>
        <message>
            <source>segment</source>
            <translation>句段</translation>
        </message>
        <message>
            <source>learned start, the same everywhere</source>
            <translation>学到的起始向量，各处相同</translation>
        </message>
        <message>
            <source>All rows are on one scale.</source>
            <translation>各行用同一标度。</translation>
        </message>
        <message>
            <source>Token embeddings are multiplied by √width = {n}.</source>
            <translation>词元嵌入乘以 √宽度 = {n}。</translation>
        </message>
        <message>
            <source>This model is told no positions.</source>
            <translation>本模型不接收位置。</translation>
        </message>
        <message>
            <source>This model adds no position to the token; it reaches the scores.</source>
            <translation>本模型不把位置加到词元上；位置作用于分数。</translation>
        </message>
        <message>
            <source>Dimension {n}: {added} = {total}</source>
            <translation>维度 {n}：{added} = {total}</translation>
        </message>
        <message>
            <source>after the norm {value}</source>
            <translation>归一化之后 {value}</translation>
        </message>
    </context>
    <context>
        <name>readings</name>
        <message>
            <source>previous token</source>
            <translation>前一个词元</translation>
        </message>
        <message>
            <source>this position</source>
            <translation>本位置</translation>
        </message>
        <message>
            <source>next token</source>
            <translation>后一个词元</translation>
        </message>
        <message>
            <source>same token before</source>
            <translation>先前的相同词元</translation>
        </message>
        <message>
            <source>induction</source>
            <translation>归纳</translation>
        </message>
        <message>
            <source>first token</source>
            <translation>第一个词元</translation>
        </message>
        <message>
            <source>delimiters</source>
            <translation>分隔符</translation>
        </message>
        <message>
            <source>mean distance</source>
            <translation>平均距离</translation>
        </message>
        <message>
            <source>entropy</source>
            <translation>熵</translation>
        </message>
        <message>
            <source>broad</source>
            <translation>广泛</translation>
        </message>
        <message>
            <source>The weight on the token just before, mean of the queries after the first. Clark et al. 2019; Voita et al. 2019, positional heads; Elhage et al. 2021.</source>
            <translation>对紧邻的前一个词元的权重，取第一个之后各查询的平均。Clark 等 2019；Voita 等 2019，位置头；Elhage 等 2021。</translation>
        </message>
        <message>
            <source>The weight on the query's own position, mean of the queries after the first. Kovaleva et al. 2019, diagonal heads.</source>
            <translation>对查询自身位置的权重，取第一个之后各查询的平均。Kovaleva 等 2019，对角头。</translation>
        </message>
        <message>
            <source>The weight on the token just after, mean of the queries after the first that have one. Clark et al. 2019; Voita et al. 2019, positional heads.</source>
            <translation>对紧邻的后一个词元的权重，取第一个之后且有后一个词元的各查询的平均。Clark 等 2019；Voita 等 2019，位置头。</translation>
        </message>
        <message>
            <source>The weight on every earlier place of the query's own token, mean of the queries that have one. Wang et al. 2022, duplicate-token heads.</source>
            <translation>对查询词元先前各次出现处的权重，取有这种位置的各查询的平均。Wang 等 2022，重复词元头。</translation>
        </message>
        <message>
            <source>The weight on what followed each earlier place of the query's token, mean of the queries that have one. Elhage et al. 2021; Olsson et al. 2022, prefix matching.</source>
            <translation>对查询词元先前各次出现之后的词元的权重，取有这种位置的各查询的平均。Elhage 等 2021；Olsson 等 2022，前缀匹配。</translation>
        </message>
        <message>
            <source>The weight on position 0, mean of the queries that see it; in self-attention those after the first. Vig and Belinkov 2019; Xiao et al. 2023, attention sinks.</source>
            <translation>对位置 0 的权重，取能看到它的各查询的平均；自注意力中为第一个之后的查询。Vig 和 Belinkov 2019；Xiao 等 2023，注意力汇。</translation>
        </message>
        <message>
            <source>The weight on marks such as [CLS], [SEP] and &lt;/s&gt;, and on tokens that are punctuation alone, mean of the queries that see one; in self-attention those after the first. Clark et al. 2019.</source>
            <translation>对 [CLS]、[SEP]、&lt;/s&gt; 等标记以及纯标点词元的权重，取能看到它们的各查询的平均；自注意力中为第一个之后的查询。Clark 等 2019。</translation>
        </message>
        <message>
            <source>How many tokens away a head looks: the sum of weight × |query − key|, mean of the queries that see several keys. Vig and Belinkov 2019.</source>
            <translation>头看向多少个词元之外：权重 × |查询 − 键| 之和，取能看到多个键的各查询的平均。Vig 和 Belinkov 2019。</translation>
        </message>
        <message>
            <source>How spread the weights of a row are, in bits: − the sum of weight × log2 weight, mean of the queries that see several keys. Clark et al. 2019.</source>
            <translation>一行权重的分散程度，以比特计：− 权重 × log2 权重 之和，取能看到多个键的各查询的平均。Clark 等 2019。</translation>
        </message>
        <message>
            <source>The entropy as a share of the most it could be, log2 of the keys that the query sees: 1 looks at all alike, 0 at one. Mean of the queries that see several keys. Clark et al. 2019, broad heads.</source>
            <translation>熵与其最大可能值（查询所见键数的 log2）之比：1 为均匀地看所有键，0 为只看一个。取能看到多个键的各查询的平均。Clark 等 2019，广泛头。</translation>
        </message>
        <message>
            <source>bits</source>
            <translation>比特</translation>
        </message>
        <message>
            <source>tokens</source>
            <translation>个词元</translation>
        </message>
        <message>
            <source>{name}, 0 to {most} {unit}</source>
            <translation>{name}，0 至 {most} {unit}</translation>
        </message>
        <message>
            <source>{name}: {value} {unit}</source>
            <translation>{name}：{value} {unit}</translation>
        </message>
        <message>
            <source>(looking at all alike: {value})</source>
            <translation>（均匀地看：{value}）</translation>
        </message>
        <message>
            <source>tinted by {range}; most in layer {layer}, head {head}: {value}</source>
            <translation>着色依据：{range}；最高为第 {layer} 层第 {head} 头：{value}</translation>
        </message>
    </context>
    <context>
        <name>Drawing</name>
        <message>
            <source>strongest {drawn} of {count} lines in view</source>
            <translation>视野内 {count} 条线中最强的 {drawn} 条</translation>
        </message>
        <message>
            <source>head {head}: {weight}</source>
            <translation>头 {head}：{weight}</translation>
        </message>
    </context>
    <context>
        <name>FlowPage</name>
        <message>
            <source>Layer</source>
            <translation>层</translation>
        </message>
        <message>
            <source>The layer of the selected head</source>
            <translation>所选注意力头所在的层</translation>
        </message>
        <message>
            <source>Rollout: the mean of a layer's heads, half of it replaced by the residual stream, times the same of every layer below. Each row sums to 1. Abnar and Zuidema 2020, “Quantifying Attention Flow in Transformers”.</source>
            <translation>汇流：一层各头权重的平均，一半换成残差流，再乘以下面每一层的同样矩阵。每行之和为 1。Abnar 与 Zuidema 2020，《Quantifying Attention Flow in Transformers》。</translation>
        </message>
        <message>
            <source>Flow: the most that can run from the position down to one token at a time, where the same weights are the capacities of the edges. 0 to 1 each; a row does not sum to 1. Abnar and Zuidema 2020, “Quantifying Attention Flow in Transformers”.</source>
            <translation>最大流：以同样的权重作为各边的容量，从该位置向下分别流到每个词元的最大流量。每个值在 0 到 1 之间；一行之和不为 1。Abnar 与 Zuidema 2020，《Quantifying Attention Flow in Transformers》。</translation>
        </message>
        <message>
            <source>A row a position after the layer, a column a token of the text.</source>
            <translation>每行是该层之后的一个位置，每列是文本的一个词元。</translation>
        </message>
        <message>
            <source>Attention rollout and flow</source>
            <translation>注意力汇流与最大流</translation>
        </message>
        <message>
            <source>Rollout after layer {layer}</source>
            <translation>第 {layer} 层之后的汇流</translation>
        </message>
        <message>
            <source>heads averaged, half residual stream</source>
            <translation>各头取平均，残差流占一半</translation>
        </message>
        <message>
            <source>without cross-attention</source>
            <translation>不含交叉注意力</translation>
        </message>
        <message>
            <source>special tokens counted</source>
            <translation>特殊词元计算在内</translation>
        </message>
        <message>
            <source>rows with weights that are no numbers: {count}</source>
            <translation>含有非数权重的行：{count}</translation>
        </message>
        <message>
            <source>largest per pixel</source>
            <translation>每像素取最大值</translation>
        </message>
        <message>
            <source>square-root scale</source>
            <translation>平方根标度</translation>
        </message>
        <message>
            <source>logarithmic scale</source>
            <translation>对数刻度</translation>
        </message>
        <message>
            <source>after layer {layer}</source>
            <translation>第 {layer} 层之后</translation>
        </message>
        <message>
            <source>grey or hatched: no path leads there</source>
            <translation>灰色或斜线：没有路径通向该处</translation>
        </message>
        <message>
            <source>Rollout after layer {layer}: position × token</source>
            <translation>第 {layer} 层之后的汇流：位置 × 词元</translation>
        </message>
        <message>
            <source>rollout</source>
            <translation>汇流</translation>
        </message>
        <message>
            <source>flow</source>
            <translation>最大流</translation>
        </message>
        <message>
            <source>What “{token}” ({i}) has of each token</source>
            <translation>“{token}”（{i}）从各词元得到多少</translation>
        </message>
        <message>
            <source>Point at a cell or a bar to read it.</source>
            <translation>指向一个格子或一根条形即可读数。</translation>
        </message>
        <message>
            <source>“{query}” ({i}) → “{key}” ({j}): no path</source>
            <translation>“{query}”（{i}）→“{key}”（{j}）：没有路径</translation>
        </message>
        <message>
            <source>“{query}” ({i}) → “{key}” ({j}): rollout {rollout}</source>
            <translation>“{query}”（{i}）→“{key}”（{j}）：汇流 {rollout}</translation>
        </message>
        <message>
            <source>“{query}” ({i}) → “{key}” ({j}): rollout {rollout}, flow {flow}</source>
            <translation>“{query}”（{i}）→“{key}”（{j}）：汇流 {rollout}，最大流 {flow}</translation>
        </message>
    </context>
    <context>
        <name>Labels</name>
        <message>
            <source>Classifier's verdict</source>
            <translation>分类器的判断</translation>
        </message>
        <message>
            <source>and {count} others</source>
            <translation>以及另外 {count} 个</translation>
        </message>
        <message>
            <source>What the classifier holds the text for; the shares add up to 1.</source>
            <translation>分类器对这段文本的判断；各项之和为 1。</translation>
        </message>
    </context>
    <context>
        <name>RunningText</name>
        <message>
            <source>Source (keys)</source>
            <translation>原文（键）</translation>
        </message>
        <message>
            <source>Target (queries)</source>
            <translation>译文（查询）</translation>
        </message>
    </context>
    <context>
        <name>StepTrack</name>
        <message>
            <source>Steps of the training</source>
            <translation>训练的步</translation>
        </message>
        <message>
            <source>live</source>
            <translation>训练中</translation>
        </message>
        <message>
            <source>Step {step}</source>
            <translation>第 {step} 步</translation>
        </message>
        <message>
            <source>Step {step}; the nearest that is kept is {kept}</source>
            <translation>第 {step} 步；最近的已保留的是第 {kept} 步</translation>
        </message>
        <message>
            <source>The newest step, {step}, and those that come</source>
            <translation>最新的第 {step} 步，以及之后的步</translation>
        </message>
    </context>
    <context>
        <name>TimelineBar</name>
        <message>
            <source>Timeline</source>
            <translation>时间线</translation>
        </message>
        <message>
            <source>Back to the first step that is kept (Alt+Home)</source>
            <translation>回到最早保留的一步（Alt+Home）</translation>
        </message>
        <message>
            <source>One kept step back (Ctrl+,)</source>
            <translation>后退一个保留的步（Ctrl+,）</translation>
        </message>
        <message>
            <source>One kept step on (Ctrl+.)</source>
            <translation>前进一个保留的步（Ctrl+.）</translation>
        </message>
        <message>
            <source>Newest</source>
            <translation>最新</translation>
        </message>
        <message>
            <source>Look at the newest step, and follow the run (Alt+End)</source>
            <translation>看最新的一步，并跟随训练（Alt+End）</translation>
        </message>
        <message>
            <source>Compare with this step</source>
            <translation>与这一步比较</translation>
        </message>
        <message>
            <source>Hold this step: all others are shown as what is different from it (Ctrl+Alt+K)</source>
            <translation>固定这一步：其他步显示为与它的差（Ctrl+Alt+K）</translation>
        </message>
        <message>
            <source>Stay at this step (Shift+F9)</source>
            <translation>停在这一步（Shift+F9）</translation>
        </message>
        <message>
            <source>Show the kept steps one after another (Shift+F9)</source>
            <translation>依次播放保留的步（Shift+F9）</translation>
        </message>
        <message>
            <source>step {step} of {steps}</source>
            <translation>第 {step} 步，共 {steps} 步</translation>
        </message>
        <message>
            <source>the newest</source>
            <translation>最新</translation>
        </message>
        <message>
            <source>nearest kept to {step}</source>
            <translation>距 {step} 最近的保留步</translation>
        </message>
        <message>
            <source>against step {step}</source>
            <translation>对比第 {step} 步</translation>
        </message>
    </context>
    <context>
        <name>NoRun</name>
        <message>
            <source>A run is being begun …</source>
            <translation>正在开始训练…</translation>
        </message>
        <message>
            <source>The run is being opened …</source>
            <translation>正在打开训练…</translation>
        </message>
        <message>
            <source>No run is open. A run trains a model while you watch: type a sentence above, begin a run, press Play, and see heads form on that sentence while the loss falls.</source>
            <translation>没有打开训练。训练会在你眼前训练一个模型：在上面输入一句话，新建训练，按“开始”，就能看到随着损失下降，注意力头在这句话上形成。</translation>
        </message>
        <message>
            <source>New run …</source>
            <translation>新建训练…</translation>
        </message>
        <message>
            <source>Open run …</source>
            <translation>打开训练…</translation>
        </message>
    </context>
    <context>
        <name>NormBars</name>
        <message>
            <source>Norms by layer</source>
            <translation>各层的范数</translation>
        </message>
        <message>
            <source>Embedding</source>
            <translation>嵌入</translation>
        </message>
        <message>
            <source>Segment embedding</source>
            <translation>句段嵌入</translation>
        </message>
        <message>
            <source>Encoder, the rest</source>
            <translation>编码器其余部分</translation>
        </message>
        <message>
            <source>Decoder, the rest</source>
            <translation>解码器其余部分</translation>
        </message>
        <message>
            <source>Masked head</source>
            <translation>掩码头</translation>
        </message>
        <message>
            <source>Output</source>
            <translation>输出</translation>
        </message>
        <message>
            <source>Next-sentence verdict</source>
            <translation>下一句判断</translation>
        </message>
        <message>
            <source>Classifier</source>
            <translation>分类器</translation>
        </message>
        <message>
            <source>Encoder {layer}</source>
            <translation>编码器 {layer}</translation>
        </message>
        <message>
            <source>Decoder {layer}</source>
            <translation>解码器 {layer}</translation>
        </message>
        <message>
            <source>{layer}: weights {weight}, gradient {gradient}</source>
            <translation>{layer}：权重 {weight}，梯度 {gradient}</translation>
        </message>
        <message>
            <source>{layer}: weights {weight}</source>
            <translation>{layer}：权重 {weight}</translation>
        </message>
        <message>
            <source>Norm of weights</source>
            <translation>权重范数</translation>
        </message>
        <message>
            <source>Of gradients</source>
            <translation>梯度范数</translation>
        </message>
        <message>
            <source>{title}, log, {low}–{high}</source>
            <translation>{title}，对数，{low}–{high}</translation>
        </message>
        <message>
            <source>Of gradients: none before a step</source>
            <translation>梯度范数：训练一步之后才有</translation>
        </message>
    </context>
    <context>
        <name>StepPlot</name>
        <message>
            <source>No numbers yet</source>
            <translation>还没有数值</translation>
        </message>
    </context>
    <context>
        <name>TrainingControls</name>
        <message>
            <source>Goes on until the run has all its steps, or stops (F9)</source>
            <translation>一直进行，直到走完所有步或停下（F9）</translation>
        </message>
        <message>
            <source>One step</source>
            <translation>一步</translation>
        </message>
        <message>
            <source>One step, then wait (F10)</source>
            <translation>走一步，然后等待（F10）</translation>
        </message>
        <message>
            <source>Take</source>
            <translation>走</translation>
        </message>
        <message>
            <source>So many steps, then wait (Shift+F10)</source>
            <translation>走这么多步，然后等待（Shift+F10）</translation>
        </message>
        <message>
            <source> steps</source>
            <translation> 步</translation>
        </message>
        <message>
            <source>Steps to take at once</source>
            <translation>一次走多少步</translation>
        </message>
        <message>
            <source>Save now</source>
            <translation>立即保存</translation>
        </message>
        <message>
            <source>Write a checkpoint into the run's folder (Ctrl+Alt+S)</source>
            <translation>在训练文件夹中写入检查点（Ctrl+Alt+S）</translation>
        </message>
        <message>
            <source>Rate</source>
            <translation>学习率</translation>
        </message>
        <message>
            <source>What the learning rate is multiplied by</source>
            <translation>学习率乘以多少</translation>
        </message>
        <message>
            <source>Multiplies the learning rate that the schedule says, from the next step on</source>
            <translation>从下一步起，把计划的学习率乘以此数</translation>
        </message>
        <message>
            <source>Batch</source>
            <translation>批量</translation>
        </message>
        <message>
            <source>Rows of a batch</source>
            <translation>一批的行数</translation>
        </message>
        <message>
            <source>Rows of a batch, from the next step on</source>
            <translation>一批的行数，从下一步起生效</translation>
        </message>
        <message>
            <source>At most</source>
            <translation>最快</translation>
        </message>
        <message>
            <source>no limit</source>
            <translation>不限</translation>
        </message>
        <message>
            <source> steps/s</source>
            <translation> 步/秒</translation>
        </message>
        <message>
            <source>Most steps a second</source>
            <translation>每秒最多多少步</translation>
        </message>
        <message>
            <source>How fast it goes at most; 0 for as fast as it can</source>
            <translation>最快走多快；0 表示尽可能快</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Play</source>
            <translation>开始</translation>
        </message>
        <message>
            <source>= {rate}</source>
            <translation>= {rate}</translation>
        </message>
    </context>
    <context>
        <name>TrainingPage</name>
        <message>
            <source>Best head (right axis):</source>
            <translation>最强的头（右轴）：</translation>
        </message>
        <message>
            <source>Right axis: of each reading, the value of the head that does it most, on the text and the attention on screen, at the steps that are kept</source>
            <translation>右轴：每种读数中做得最多的那个头的值，取自屏幕上的文本和注意力，在保存的各步上</translation>
        </message>
        <message>
            <source>log loss</source>
            <translation>损失取对数</translation>
        </message>
        <message>
            <source>A logarithmic axis for the loss</source>
            <translation>损失用对数轴</translation>
        </message>
        <message>
            <source>log steps</source>
            <translation>步数取对数</translation>
        </message>
        <message>
            <source>A logarithmic axis for the steps</source>
            <translation>步数用对数轴</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Training</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>Training: {name}</source>
            <translation>训练：{name}</translation>
        </message>
        <message>
            <source>logarithmic scale</source>
            <translation>对数刻度</translation>
        </message>
        <message>
            <source>{count} steps are kept, {first} to {last}</source>
            <translation>保存了 {count} 步，从 {first} 到 {last}</translation>
        </message>
        <message>
            <source>Another program trains this run; its steps are on the timeline.</source>
            <translation>这次训练由另一个程序进行；它的各步在时间线上。</translation>
        </message>
        <message>
            <source>Go back to step {step}</source>
            <translation>回到第 {step} 步</translation>
        </message>
        <message>
            <source>Another program trains this run; here it is watched.</source>
            <translation>这次训练由另一个程序进行；这里只是观看。</translation>
        </message>
        <message>
            <source>The run has taken all its steps. One step and Take go beyond them; Train &gt; Train this model further begins a longer run from it.</source>
            <translation>训练已走完所有步。按“一步”和“走”可以接着走；“训练 &gt; 继续训练此模型”从它开始更长的训练。</translation>
        </message>
        <message>
            <source>The run has ended early: for as long as its patience lasts, no measure was better.</source>
            <translation>训练已提前结束：在耐心步数内，没有一次评测更好。</translation>
        </message>
    </context>
    <context>
        <name>training</name>
        <message>
            <source>nats a byte</source>
            <translation>纳特每字节</translation>
        </message>
        <message>
            <source>nats a token</source>
            <translation>纳特每词元</translation>
        </message>
        <message>
            <source>nats a text</source>
            <translation>纳特每篇文本</translation>
        </message>
        <message>
            <source>nats a hidden token</source>
            <translation>纳特每个被遮词元</translation>
        </message>
        <message>
            <source>nats a predicted token</source>
            <translation>纳特每个被预测词元</translation>
        </message>
        <message>
            <source>nats a target token</source>
            <translation>纳特每个目标词元</translation>
        </message>
        <message>
            <source>step {done} of {steps}</source>
            <translation>第 {done} 步，共 {steps} 步</translation>
        </message>
        <message>
            <source>{speed} steps/s</source>
            <translation>{speed} 步/秒</translation>
        </message>
        <message>
            <source>{speed} tokens/s</source>
            <translation>{speed} 词元/秒</translation>
        </message>
        <message>
            <source>saved at {step}</source>
            <translation>已存至第 {step} 步</translation>
        </message>
        <message>
            <source>loss {loss}</source>
            <translation>损失 {loss}</translation>
        </message>
        <message>
            <source>{share} right</source>
            <translation>正确率 {share}</translation>
        </message>
        <message>
            <source>held out {held_out}, best {best} ({unit})</source>
            <translation>留出 {held_out}，最佳 {best}（{unit}）</translation>
        </message>
        <message>
            <source>held out {held_out} ({unit})</source>
            <translation>留出 {held_out}（{unit}）</translation>
        </message>
        <message>
            <source>loss</source>
            <translation>损失</translation>
        </message>
        <message>
            <source>held out, right</source>
            <translation>留出，正确率</translation>
        </message>
        <message>
            <source>held out</source>
            <translation>留出损失</translation>
        </message>
        <message>
            <source> ({low} to {high})</source>
            <translation>（{low} 到 {high}）</translation>
        </message>
        <message>
            <source> at {step}</source>
            <translation>（第 {step} 步）</translation>
        </message>
        <message>
            <source>Step {step}: </source>
            <translation>第 {step} 步：</translation>
        </message>
        <message>
            <source>{name}: {first} at step {start}, {last} at step {end}, least {best} at step {at}.</source>
            <translation>{name}：第 {start} 步为 {first}，第 {end} 步为 {last}，最小为第 {at} 步的 {best}。</translation>
        </message>
        <message>
            <source>{name}: {first} at step {start}, {last} at step {end}, most {best} at step {at}.</source>
            <translation>{name}：第 {start} 步为 {first}，第 {end} 步为 {last}，最大为第 {at} 步的 {best}。</translation>
        </message>
    </context>
    <context>
        <name>Beginning</name>
        <message>
            <source>Open the folder of a run</source>
            <translation>打开训练文件夹</translation>
        </message>
        <message>
            <source>Watch a folder of checkpoints</source>
            <translation>观察检查点文件夹</translation>
        </message>
    </context>
    <context>
        <name>Boards</name>
        <message>
            <source>Positions as a matrix</source>
            <translation>位置矩阵</translation>
        </message>
        <message>
            <source>Sinusoids as a matrix, for comparison</source>
            <translation>正弦波矩阵，供比较</translation>
        </message>
        <message>
            <source>Positions as curves</source>
            <translation>位置曲线</translation>
        </message>
        <message>
            <source>Wavelengths by pair of dimensions</source>
            <translation>各维度对的波长</translation>
        </message>
        <message>
            <source>Token, position and their sum, by dimension</source>
            <translation>词元、位置及其和，按维度</translation>
        </message>
        <message>
            <source>Norms of the summands, by position</source>
            <translation>各加数的范数，按位置</translation>
        </message>
        <message>
            <source>A bar a dimension, all rows on one scale; the cosine is that with the sum.</source>
            <translation>每维一条，各行用同一标度；余弦为与和的余弦。</translation>
        </message>
        <message>
            <source>Vaswani et al. 2017, section 3.5; this model learned its positions instead.</source>
            <translation>Vaswani 等，2017，3.5 节；本模型的位置则是学到的。</translation>
        </message>
    </context>
    <context>
        <name>DataPart</name>
        <message>
            <source>A text file, a folder of them, CSV or JSON lines</source>
            <translation>文本文件、文本文件夹、CSV 或 JSON 行</translation>
        </message>
        <message>
            <source>&amp;File …</source>
            <translation>文件…(&amp;F)</translation>
        </message>
        <message>
            <source>F&amp;older …</source>
            <translation>文件夹…(&amp;O)</translation>
        </message>
        <message>
            <source>one in 20</source>
            <translation>1/20</translation>
        </message>
        <message>
            <source>&amp;Data</source>
            <translation>数据(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Held-out lines</source>
            <translation>留出行数(&amp;H)</translation>
        </message>
        <message>
            <source>Lines at the end of each file, or of each label, that are measured on and never trained on</source>
            <translation>每个文件（或每个标签）末尾的若干行，只用于测量，从不用于训练</translation>
        </message>
        <message>
            <source>Reading …</source>
            <translation>正在读取…</translation>
        </message>
        <message>
            <source>one text of {size} characters to train on, {held} held out</source>
            <translation>训练用一篇文本，共 {size} 个字符，留出 {held} 篇</translation>
        </message>
        <message>
            <source>{train} texts of {size} characters to train on, {held} held out</source>
            <translation>{train} 条文本共 {size} 字用于训练，留出 {held} 条</translation>
        </message>
        <message>
            <source>Text to learn from</source>
            <translation>用来学习的文本</translation>
        </message>
        <message>
            <source>Text, CSV and JSON lines (*.txt *.tsv *.csv *.jsonl *.ndjson *.json)</source>
            <translation>文本、CSV 与 JSON 行 (*.txt *.tsv *.csv *.jsonl *.ndjson *.json)</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message>
            <source>A folder of text to learn from</source>
            <translation>用来学习的文本文件夹</translation>
        </message>
    </context>
    <context>
        <name>FolderPart</name>
        <message>
            <source>&amp;Choose …</source>
            <translation>选择…(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Run folder</source>
            <translation>训练文件夹(&amp;R)</translation>
        </message>
        <message>
            <source>A folder for the run</source>
            <translation>训练所用的文件夹</translation>
        </message>
    </context>
    <context>
        <name>NewRunDialog</name>
        <message>
            <source>New run</source>
            <translation>新建训练</translation>
        </message>
        <message>
            <source>What to learn</source>
            <translation>学什么</translation>
        </message>
        <message>
            <source>nothing: random weights</source>
            <translation>无：随机权重</translation>
        </message>
        <message>
            <source>What it would take</source>
            <translation>所需时间与内存</translation>
        </message>
        <message>
            <source>&amp;Begin</source>
            <translation>开始(&amp;B)</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Rec&amp;ipe</source>
            <translation>配方(&amp;I)</translation>
        </message>
        <message>
            <source>S&amp;tart from</source>
            <translation>起始模型(&amp;T)</translation>
        </message>
        <message>
            <source>Small tasks</source>
            <translation>小任务</translation>
        </message>
        <message>
            <source>On your own text</source>
            <translation>用自己的文本</translation>
        </message>
        <message>
            <source>From</source>
            <translation>原文</translation>
        </message>
        <message>
            <source>To</source>
            <translation>译文</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Label</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Measuring …</source>
            <translation>正在测量…</translation>
        </message>
        <message>
            <source>Name a file or a folder to learn from.</source>
            <translation>请指定用来学习的文件或文件夹。</translation>
        </message>
    </context>
    <context>
        <name>SizePart</name>
        <message>
            <source>cosine</source>
            <translation>余弦</translation>
        </message>
        <message>
            <source>linear</source>
            <translation>线性</translation>
        </message>
        <message>
            <source>constant</source>
            <translation>恒定</translation>
        </message>
        <message>
            <source>inverse square root</source>
            <translation>平方根倒数</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>层数</translation>
        </message>
        <message>
            <source>Heads</source>
            <translation>头数</translation>
        </message>
        <message>
            <source>Width</source>
            <translation>宽度</translation>
        </message>
        <message>
            <source>Context</source>
            <translation>上下文</translation>
        </message>
        <message>
            <source>Steps</source>
            <translation>步数</translation>
        </message>
        <message>
            <source>Batch</source>
            <translation>批量</translation>
        </message>
        <message>
            <source>Learning rate</source>
            <translation>学习率</translation>
        </message>
        <message>
            <source>Warm-up</source>
            <translation>预热步数</translation>
        </message>
        <message>
            <source>&amp;More</source>
            <translation>更多(&amp;M)</translation>
        </message>
        <message>
            <source>Optimizer</source>
            <translation>优化器</translation>
        </message>
        <message>
            <source>Schedule</source>
            <translation>学习率安排</translation>
        </message>
        <message>
            <source>Weight decay</source>
            <translation>权重衰减</translation>
        </message>
        <message>
            <source>Dropout</source>
            <translation>随机失活</translation>
        </message>
        <message>
            <source>Batches a step</source>
            <translation>每步批数</translation>
        </message>
        <message>
            <source>Tokens known</source>
            <translation>词表大小</translation>
        </message>
        <message>
            <source>Measure every</source>
            <translation>每隔几步测量</translation>
        </message>
        <message>
            <source>Keep every</source>
            <translation>每隔几步保存</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>种子</translation>
        </message>
    </context>
    <context>
        <name>new_run</name>
        <message>
            <source>{parameters} parameters · about {speed} steps/s · {steps} steps in about {time} · {size} of memory</source>
            <translation>{parameters} 个参数 · 约 {speed} 步/秒 · {steps} 步约需 {time} · 内存 {size}</translation>
        </message>
        <message>
            <source>{count} s</source>
            <translation>{count} 秒</translation>
        </message>
        <message>
            <source>{count} min</source>
            <translation>{count} 分钟</translation>
        </message>
        <message>
            <source>{count} hours</source>
            <translation>{count} 小时</translation>
        </message>
        <message>
            <source>{count} days</source>
            <translation>{count} 天</translation>
        </message>
    </context>
    <context>
        <name>ExportDialog</name>
        <message>
            <source>Export</source>
            <translation>导出</translation>
        </message>
        <message>
            <source>Caption</source>
            <translation>图注</translation>
        </message>
        <message>
            <source>&amp;Browse …</source>
            <translation>浏览…(&amp;B)</translation>
        </message>
        <message>
            <source>&amp;Caption under the picture</source>
            <translation>图像下方加图注(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;What</source>
            <translation>内容(&amp;W)</translation>
        </message>
        <message>
            <source>&amp;Format</source>
            <translation>格式(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Theme</source>
            <translation>主题(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Scale</source>
            <translation>倍数(&amp;S)</translation>
        </message>
        <message>
            <source>F&amp;ile</source>
            <translation>文件(&amp;I)</translation>
        </message>
        <message>
            <source>Scale</source>
            <translation>倍数</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>&amp;Export</source>
            <translation>导出(&amp;E)</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>{width} × {height} pixels, without the caption</source>
            <translation>{width} × {height} 像素，不含图注</translation>
        </message>
        <message>
            <source>{name} is there already. Press Replace to write over it.</source>
            <translation>{name} 已经存在。按“替换”将其覆盖。</translation>
        </message>
        <message>
            <source>&amp;Replace</source>
            <translation>替换(&amp;R)</translation>
        </message>
        <message>
            <source>Writing … {done} of {total}</source>
            <translation>正在写入… {done} / {total}</translation>
        </message>
        <message>
            <source>Writing …</source>
            <translation>正在写入…</translation>
        </message>
    </context>
    <context>
        <name>Exporting</name>
        <message>
            <source>The whole window</source>
            <translation>整个窗口</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>输入</translation>
        </message>
        <message>
            <source>Heads</source>
            <translation>注意力头</translation>
        </message>
        <message>
            <source>Predictions</source>
            <translation>预测</translation>
        </message>
        <message>
            <source>Timeline</source>
            <translation>时间线</translation>
        </message>
        <message>
            <source>Copied as a picture: {part}</source>
            <translation>已复制为图像：{part}</translation>
        </message>
        <message>
            <source>Copied as numbers: {part}</source>
            <translation>已复制为数值：{part}</translation>
        </message>
        <message>
            <source>● Recording {part} – Headlight</source>
            <translation>● 正在录制{part} – Headlight</translation>
        </message>
        <message>
            <source>Written: {path}</source>
            <translation>已写入：{path}</translation>
        </message>
    </context>
    <context>
        <name>citing</name>
        <message>
            <source>altered: {parts}</source>
            <translation>已改动：{parts}</translation>
        </message>
        <message>
            <source>layer {layer}, head {head}</source>
            <translation>第 {layer} 层第 {head} 头</translation>
        </message>
        <message>
            <source>{model} ({family}, {million} M parameters)</source>
            <translation>{model}（{family}，{million} M 参数）</translation>
        </message>
        <message>
            <source>{model}, training step {step}</source>
            <translation>{model}，训练第 {step} 步</translation>
        </message>
        <message>
            <source>text before: “{text}”</source>
            <translation>前文：“{text}”</translation>
        </message>
        <message>
            <source>prompt: “{text}”</source>
            <translation>输入：“{text}”</translation>
        </message>
        <message>
            <source>second sentence: “{text}”</source>
            <translation>第二句：“{text}”</translation>
        </message>
        <message>
            <source>target: “{text}”</source>
            <translation>目标：“{text}”</translation>
        </message>
        <message>
            <source>masked tokens: {tokens}</source>
            <translation>被遮盖的词元：{tokens}</translation>
        </message>
        <message>
            <source>the model wrote {count} tokens more</source>
            <translation>模型又写了 {count} 个词元</translation>
        </message>
        <message>
            <source>order of reading drawn with seed {seed}</source>
            <translation>阅读顺序由种子 {seed} 抽取</translation>
        </message>
        <message>
            <source>attention of the encoder</source>
            <translation>编码器的注意力</translation>
        </message>
        <message>
            <source>attention of the decoder</source>
            <translation>解码器的注意力</translation>
        </message>
        <message>
            <source>cross-attention</source>
            <translation>交叉注意力</translation>
        </message>
        <message>
            <source>query stream</source>
            <translation>查询流</translation>
        </message>
        <message>
            <source>query “{query}” ({i}), key “{key}” ({j})</source>
            <translation>查询“{query}”（{i}），键“{key}”（{j}）</translation>
        </message>
        <message>
            <source>, </source>
            <translation>，</translation>
        </message>
        <message>
            <source>scores before softmax</source>
            <translation>softmax 之前的分数</translation>
        </message>
        <message>
            <source>content part of the scores</source>
            <translation>分数中的内容部分</translation>
        </message>
        <message>
            <source>bias part of the scores</source>
            <translation>分数中的偏置部分</translation>
        </message>
        <message>
            <source>position part of the scores</source>
            <translation>分数中的位置部分</translation>
        </message>
        <message>
            <source>segment part of the scores</source>
            <translation>分数中的片段部分</translation>
        </message>
        <message>
            <source>difference of the weights</source>
            <translation>权重之差</translation>
        </message>
        <message>
            <source>gradient of the loss by the weights</source>
            <translation>损失对权重的梯度</translation>
        </message>
        <message>
            <source>{stack}, scores not divided by √d</source>
            <translation>{stack}，得分未除以 √d</translation>
        </message>
        <message>
            <source>{stack}, layer {layer}, head {at} × {factor}</source>
            <translation>{stack}第 {layer} 层第 {at} 头 × {factor}</translation>
        </message>
        <message>
            <source>{stack}, layer {layer}, feed-forward × {factor}</source>
            <translation>{stack}第 {layer} 层前馈 × {factor}</translation>
        </message>
        <message>
            <source>{stack}, token {at} × {factor}</source>
            <translation>{stack}词元 {at} × {factor}</translation>
        </message>
        <message>
            <source>encoder</source>
            <translation>编码器</translation>
        </message>
        <message>
            <source>decoder</source>
            <translation>解码器</translation>
        </message>
        <message>
            <source>held against the model without alterations</source>
            <translation>对照未改动的模型</translation>
        </message>
        <message>
            <source>held against the prompt “{prompt}”</source>
            <translation>对照输入“{prompt}”</translation>
        </message>
        <message>
            <source>held against layer {layer}, head {head}</source>
            <translation>对照第 {layer} 层第 {head} 头</translation>
        </message>
        <message>
            <source>held against the model {model}</source>
            <translation>对照模型 {model}</translation>
        </message>
        <message>
            <source>held against training step {step}</source>
            <translation>对照训练第 {step} 步</translation>
        </message>
    </context>
    <context>
        <name>RunCurves</name>
        <message>
            <source>Losses and readings by step</source>
            <translation>各步的损失和读数</translation>
        </message>
        <message>
            <source>Held-out loss by step</source>
            <translation>各步的留出损失</translation>
        </message>
        <message>
            <source>Learning rate by step</source>
            <translation>各步的学习率</translation>
        </message>
        <message>
            <source>Gradient norm by step</source>
            <translation>各步的梯度范数</translation>
        </message>
        <message>
            <source>Tokens a second by step</source>
            <translation>各步的每秒词元</translation>
        </message>
        <message>
            <source>Held out ({unit})</source>
            <translation>留出损失（{unit}）</translation>
        </message>
        <message>
            <source>Learning rate</source>
            <translation>学习率</translation>
        </message>
        <message>
            <source>Gradient norm (log)</source>
            <translation>梯度范数（对数）</translation>
        </message>
        <message>
            <source>Tokens a second</source>
            <translation>每秒词元</translation>
        </message>
        <message>
            <source>loss (nats), mean and range</source>
            <translation>损失（纳特），均值和范围</translation>
        </message>
        <message>
            <source>held out, right</source>
            <translation>留出，正确率</translation>
        </message>
        <message>
            <source>held out</source>
            <translation>留出损失</translation>
        </message>
        <message>
            <source>No reading that is chosen is defined on the attention and the text on screen.</source>
            <translation>所选的读数在屏幕上的注意力和文本上都没有定义。</translation>
        </message>
        <message>
            <source>Click a step to look at it.</source>
            <translation>点击某一步即可查看。</translation>
        </message>
        <message>
            <source>You look at step {step}; norms are those of step {done}. </source>
            <translation>你看的是第 {step} 步；范数是第 {done} 步的。</translation>
        </message>
        <message>
            <source>You look at step {step}. </source>
            <translation>你看的是第 {step} 步。</translation>
        </message>
        <message>
            <source>Left and Right look at the kept steps, End at the newest.</source>
            <translation>左右键查看保存的各步，End 键查看最新的一步。</translation>
        </message>
    </context>
    <context>
        <name>Showing</name>
        <message>
            <source>Type a sentence above to see this.</source>
            <translation>在上方输入一句话即可查看。</translation>
        </message>
        <message>
            <source>Heads</source>
            <translation>注意力头</translation>
        </message>
        <message>
            <source>Behind the mask</source>
            <translation>掩蔽之下</translation>
        </message>
        <message>
            <source>Next token</source>
            <translation>下一个词元</translation>
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
            <source>Prompt</source>
            <translation>输入</translation>
        </message>
    </context>
    <context>
        <name>export</name>
        <message>
            <source>Picture: PNG</source>
            <translation>图像：PNG</translation>
        </message>
        <message>
            <source>Picture: SVG, with real text</source>
            <translation>图像：SVG，文字可选取</translation>
        </message>
        <message>
            <source>Picture: PDF, with real text</source>
            <translation>图像：PDF，文字可选取</translation>
        </message>
        <message>
            <source>Numbers: CSV, for a spreadsheet</source>
            <translation>数值：CSV，用于电子表格</translation>
        </message>
        <message>
            <source>Numbers: NPZ, for numpy</source>
            <translation>数值：NPZ，用于 numpy</translation>
        </message>
        <message>
            <source>The whole trace: safetensors</source>
            <translation>完整的中间结果：safetensors</translation>
        </message>
        <message>
            <source>The recording: animated GIF</source>
            <translation>录制内容：GIF 动画</translation>
        </message>
        <message>
            <source>The arrays that are drawn, with the labels of their axes.</source>
            <translation>所绘制的数组，带有各轴的标签。</translation>
        </message>
        <message>
            <source>Every tensor of this text's pass, altered as on screen.</source>
            <translation>这段文字前向计算的所有张量，改动与屏幕一致。</translation>
        </message>
        <message>
            <source>{count} pictures, {seconds} s; the caption is in the file.</source>
            <translation>{count} 幅画面，{seconds} 秒；图注写在文件中。</translation>
        </message>
        <message>
            <source>As on screen</source>
            <translation>与屏幕相同</translation>
        </message>
        <message>
            <source>Light, for paper</source>
            <translation>浅色，用于论文</translation>
        </message>
        <message>
            <source>Dark, for slides</source>
            <translation>深色，用于幻灯片</translation>
        </message>
    </context>
    <context>
        <name>ScaleRow</name>
        <message>
            <source>Without the scale</source>
            <translation>不缩放</translation>
        </message>
        <message>
            <source>The scores of this attention are left as the product of query and key, in all layers</source>
            <translation>这种注意力的得分在所有层中都保持查询与键的乘积，不作缩放</translation>
        </message>
        <message>
            <source>This model does not scale its scores.</source>
            <translation>此模型不缩放得分。</translation>
        </message>
        <message>
            <source>Scores of the encoder, all layers: {formula}</source>
            <translation>编码器所有层的得分：{formula}</translation>
        </message>
        <message>
            <source>Scores of the decoder, all layers: {formula}</source>
            <translation>解码器所有层的得分：{formula}</translation>
        </message>
        <message>
            <source>Scores of cross-attention, all layers: {formula}</source>
            <translation>交叉注意力所有层的得分：{formula}</translation>
        </message>
    </context>
    <context>
        <name>keys</name>
        <message>
            <source>In the prompt</source>
            <translation>在提示文本中</translation>
        </message>
        <message>
            <source>In the sheet of heads</source>
            <translation>在注意力头总览中</translation>
        </message>
        <message>
            <source>In the large head</source>
            <translation>在放大的头上</translation>
        </message>
        <message>
            <source>In predictions and candidates</source>
            <translation>在预测和候选中</translation>
        </message>
        <message>
            <source>In the row of tokens</source>
            <translation>在词元行中</translation>
        </message>
        <message>
            <source>In grids, bars and curves</source>
            <translation>在网格、条形和曲线中</translation>
        </message>
        <message>
            <source>On the page Lines</source>
            <translation>在“连线”页</translation>
        </message>
        <message>
            <source>On the page Arithmetic</source>
            <translation>在“算式”页</translation>
        </message>
        <message>
            <source>On the page Weights</source>
            <translation>在“权重”页</translation>
        </message>
        <message>
            <source>On the page Side by side</source>
            <translation>在“并排”页</translation>
        </message>
        <message>
            <source>In the table of readings</source>
            <translation>在读数表中</translation>
        </message>
        <message>
            <source>Space</source>
            <translation>空格</translation>
        </message>
        <message>
            <source>Enter</source>
            <translation>回车</translation>
        </message>
        <message>
            <source>In a lecture, and before an audience</source>
            <translation>讲座中与放映时</translation>
        </message>
        <message>
            <source>In the timeline and the plot of a run</source>
            <translation>在时间线和训练曲线中</translation>
        </message>
        <message>
            <source>Everywhere</source>
            <translation>任何地方</translation>
        </message>
        <message>
            <source>Next part of the window, or the one before</source>
            <translation>窗口的下一部分或上一部分</translation>
        </message>
        <message>
            <source>To the menus; their letters are underlined</source>
            <translation>到菜单；字母带下划线</translation>
        </message>
        <message>
            <source>Close the help of a panel, or a dialog</source>
            <translation>关闭面板的说明或对话框</translation>
        </message>
        <message>
            <source>Leave the prompt</source>
            <translation>离开提示文本</translation>
        </message>
        <message>
            <source>New line</source>
            <translation>换行</translation>
        </message>
        <message>
            <source>Next token, or the one before</source>
            <translation>下一个或上一个词元</translation>
        </message>
        <message>
            <source>First token, last token</source>
            <translation>第一个、最后一个词元</translation>
        </message>
        <message>
            <source>Mask the token, or show it</source>
            <translation>遮蔽词元，或显示它</translation>
        </message>
        <message>
            <source>Space, Enter</source>
            <translation>空格、回车</translation>
        </message>
        <message>
            <source>Pin the next head</source>
            <translation>固定相邻的头</translation>
        </message>
        <message>
            <source>First head, last head of the layer</source>
            <translation>该层的第一个、最后一个头</translation>
        </message>
        <message>
            <source>Let the head go</source>
            <translation>放开该头</translation>
        </message>
        <message>
            <source>Hold the next cell</source>
            <translation>保持下一格</translation>
        </message>
        <message>
            <source>Ten at a time</source>
            <translation>一次十个</translation>
        </message>
        <message>
            <source>Ctrl and an arrow key</source>
            <translation>Ctrl 加方向键</translation>
        </message>
        <message>
            <source>Ten queries back, or on</source>
            <translation>往回或往前十个查询</translation>
        </message>
        <message>
            <source>First key, last key</source>
            <translation>第一个键，最后一个键</translation>
        </message>
        <message>
            <source>Let the cell go</source>
            <translation>放开这一格</translation>
        </message>
        <message>
            <source>Choose a token</source>
            <translation>选择词元</translation>
        </message>
        <message>
            <source>Add it to the prompt</source>
            <translation>加到提示文本中</translation>
        </message>
        <message>
            <source>Read the next cell, bar or place</source>
            <translation>读下一个单元格、条形或位置</translation>
        </message>
        <message>
            <source>First, last</source>
            <translation>第一个、最后一个</translation>
        </message>
        <message>
            <source>Hold the cell</source>
            <translation>保持该单元格</translation>
        </message>
        <message>
            <source>Heads: next head, or the one before</source>
            <translation>头：下一个或上一个</translation>
        </message>
        <message>
            <source>Heads: show its lines, or hide them</source>
            <translation>头：显示或隐藏它的连线</translation>
        </message>
        <message>
            <source>Heads: pin the head</source>
            <translation>头：固定它</translation>
        </message>
        <message>
            <source>Tokens: next token, or the one before</source>
            <translation>词元：下一个或上一个</translation>
        </message>
        <message>
            <source>Columns: who looks, what is looked at</source>
            <translation>两列：谁在看、看的是什么</translation>
        </message>
        <message>
            <source>Text: who looks, or what is looked at</source>
            <translation>文本：谁在看，或看的是什么</translation>
        </message>
        <message>
            <source>Next step, or the one before</source>
            <translation>下一步或上一步</translation>
        </message>
        <message>
            <source>First step, last step</source>
            <translation>第一步、最后一步</translation>
        </message>
        <message>
            <source>Choose the matrix</source>
            <translation>选择矩阵</translation>
        </message>
        <message>
            <source>Move the number that is held</source>
            <translation>移动钉住的数</translation>
        </message>
        <message>
            <source>Let the number go</source>
            <translation>放开这个数</translation>
        </message>
        <message>
            <source>Read the next cell, or the next head where all are shown</source>
            <translation>读下一个格子；显示全部头时读下一个头</translation>
        </message>
        <message>
            <source>Hold the cell; show the head large</source>
            <translation>保留该格；放大该头</translation>
        </message>
        <message>
            <source>Hide the word that looks, or show it again</source>
            <translation>隐藏发出查询的词，或重新显示</translation>
        </message>
        <message>
            <source>Next head, next reading</source>
            <translation>下一个头、下一个读数</translation>
        </message>
        <message>
            <source>Sort by the column</source>
            <translation>按该列排序</translation>
        </message>
        <message>
            <source>Pin the head</source>
            <translation>固定该头</translation>
        </message>
        <message>
            <source>Next kept step, or the one before</source>
            <translation>下一个或上一个保存的步</translation>
        </message>
        <message>
            <source>Ten kept steps</source>
            <translation>十个保存的步</translation>
        </message>
        <message>
            <source>First step, newest step</source>
            <translation>第一步、最新一步</translation>
        </message>
        <message>
            <source>Next scene, scene before; from the prompt too</source>
            <translation>下一个场景、上一个场景；在输入框里也有效</translation>
        </message>
        <message>
            <source>Likewise, while the words have the focus</source>
            <translation>同上，焦点在文字上时</translation>
        </message>
        <message>
            <source>Space, Backspace; →, ←</source>
            <translation>空格、退格；→、←</translation>
        </message>
        <message>
            <source>First scene, last scene</source>
            <translation>第一个场景、最后一个场景</translation>
        </message>
        <message>
            <source>Scene of this number</source>
            <translation>跳到这个编号的场景</translation>
        </message>
        <message>
            <source>digits, then Enter</source>
            <translation>数字，然后回车</translation>
        </message>
        <message>
            <source>List of all scenes; pointer</source>
            <translation>所有场景的列表；指针</translation>
        </message>
        <message>
            <source>Black screen; any key brings the picture back</source>
            <translation>黑屏；按任意键恢复画面</translation>
        </message>
        <message>
            <source>Leave the full screen</source>
            <translation>退出全屏</translation>
        </message>
    </context>
    <context>
        <name>BesidePage</name>
        <message>
            <source>Add a model</source>
            <translation>添加模型</translation>
        </message>
        <message>
            <source>Add a model …</source>
            <translation>添加模型……</translation>
        </message>
        <message>
            <source>One sentence, side by side</source>
            <translation>同一句话，并排看</translation>
        </message>
        <message>
            <source>square-root scale</source>
            <translation>平方根标度</translation>
        </message>
        <message>
            <source>logarithmic scale</source>
            <translation>对数刻度</translation>
        </message>
        <message>
            <source>largest weight per pixel</source>
            <translation>每个像素取最大权重</translation>
        </message>
        <message>
            <source>One head</source>
            <translation>一个头</translation>
        </message>
        <message>
            <source>One head of each model</source>
            <translation>每个模型的一个头</translation>
        </message>
        <message>
            <source>Mean</source>
            <translation>平均</translation>
        </message>
        <message>
            <source>The mean over the heads of a layer</source>
            <translation>一层各头的平均</translation>
        </message>
        <message>
            <source>All heads</source>
            <translation>全部头</translation>
        </message>
        <message>
            <source>Every head small; a click shows it large</source>
            <translation>每个头的小图；单击放大</translation>
        </message>
        <message>
            <source>Point at a word; click it to hide it.</source>
            <translation>指向一个词；单击可将其隐藏。</translation>
        </message>
    </context>
    <context>
        <name>Curtain</name>
        <message>
            <source>The screen is black; any key brings the picture back</source>
            <translation>屏幕已黑；按任意键恢复画面</translation>
        </message>
    </context>
    <context>
        <name>HelpButton</name>
        <message>
            <source>What am I looking at? {panel}</source>
            <translation>这里画的是什么？{panel}</translation>
        </message>
        <message>
            <source>What am I looking at? (Shift+F1)</source>
            <translation>这里画的是什么？（Shift+F1）</translation>
        </message>
    </context>
    <context>
        <name>HelpCard</name>
        <message>
            <source>Close the help</source>
            <translation>关闭说明</translation>
        </message>
        <message>
            <source>Close (Esc)</source>
            <translation>关闭（Esc）</translation>
        </message>
    </context>
    <context>
        <name>Helping</name>
        <message>
            <source>Pages</source>
            <translation>页面</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>输入</translation>
        </message>
        <message>
            <source>Heads</source>
            <translation>注意力头</translation>
        </message>
        <message>
            <source>Predictions</source>
            <translation>预测</translation>
        </message>
        <message>
            <source>Timeline</source>
            <translation>时间线</translation>
        </message>
        <message>
            <source>{panel}: what am I looking at?</source>
            <translation>{panel}：这里画的是什么？</translation>
        </message>
    </context>
    <context>
        <name>Hint</name>
        <message>
            <source>Type above: every head of every layer answers with each key.</source>
            <translation>在上面打字：每按一个键，每一层的每一个头都随之回答。</translation>
        </message>
        <message>
            <source>Point at a square to see that head large; click to keep it, Esc lets go.</source>
            <translation>指向一个方格可以放大看那个头；单击固定它，Esc 放开。</translation>
        </message>
        <message>
            <source>? on a panel says what it shows, F1 lists every key, and a click on this hint ends it.</source>
            <translation>面板上的 ? 说明它画的是什么，F1 列出所有按键，单击此提示即可关闭。</translation>
        </message>
        <message>
            <source>Hint</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Close the hint</source>
            <translation>关闭提示</translation>
        </message>
        <message>
            <source>Close the hint (Esc)</source>
            <translation>关闭提示（Esc）</translation>
        </message>
    </context>
    <context>
        <name>JumpList</name>
        <message>
            <source>All scenes</source>
            <translation>所有场景</translation>
        </message>
        <message>
            <source>Find a scene</source>
            <translation>查找场景</translation>
        </message>
    </context>
    <context>
        <name>LectureActions</name>
        <message>
            <source>&amp;Lecture</source>
            <translation>讲座(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Lectures</source>
            <translation>讲座(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Open a lecture folder …</source>
            <translation>打开讲座文件夹(&amp;O)…</translation>
        </message>
        <message>
            <source>&amp;Next scene</source>
            <translation>下一个场景(&amp;N)</translation>
        </message>
        <message>
            <source>Scene &amp;before</source>
            <translation>上一个场景(&amp;B)</translation>
        </message>
        <message>
            <source>Back &amp;to the scene</source>
            <translation>回到场景(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Jump to a scene …</source>
            <translation>跳到某个场景(&amp;J)…</translation>
        </message>
        <message>
            <source>&amp;Present from the first scene, or leave</source>
            <translation>从第一个场景开始放映，或退出(&amp;P)</translation>
        </message>
        <message>
            <source>Present from &amp;here, or leave</source>
            <translation>从这里开始放映，或退出(&amp;H)</translation>
        </message>
        <message>
            <source>A pointer that is &amp;seen from afar, or none</source>
            <translation>远处也看得见的指针，开或关(&amp;S)</translation>
        </message>
        <message>
            <source>Blac&amp;k screen, or back</source>
            <translation>黑屏，或恢复(&amp;K)</translation>
        </message>
        <message>
            <source>Notes in a window of thei&amp;r own</source>
            <translation>在单独的窗口里看备注(&amp;R)</translation>
        </message>
        <message>
            <source>Lea&amp;ve the lecture</source>
            <translation>离开讲座(&amp;V)</translation>
        </message>
        <message>
            <source>Open a lecture folder</source>
            <translation>打开讲座文件夹</translation>
        </message>
    </context>
    <context>
        <name>NotesWindow</name>
        <message>
            <source>Notes</source>
            <translation>备注</translation>
        </message>
        <message>
            <source>What the next scene says</source>
            <translation>下一个场景的文字</translation>
        </message>
        <message>
            <source>Count anew</source>
            <translation>重新计时</translation>
        </message>
        <message>
            <source>No lecture is open.</source>
            <translation>没有打开讲座。</translation>
        </message>
        <message>
            <source>*No notes.*</source>
            <translation>*没有备注。*</translation>
        </message>
        <message>
            <source>This is the last scene.</source>
            <translation>这是最后一个场景。</translation>
        </message>
        <message>
            <source>Next: {title}</source>
            <translation>下一个：{title}</translation>
        </message>
        <message>
            <source>The time</source>
            <translation>时间</translation>
        </message>
        <message>
            <source>Since the lecture began</source>
            <translation>讲座开始以来</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
    </context>
    <context>
        <name>ScenePane</name>
        <message>
            <source>Scene</source>
            <translation>场景</translation>
        </message>
        <message>
            <source>What the scene says</source>
            <translation>场景的文字</translation>
        </message>
        <message>
            <source>‹ Back</source>
            <translation>‹ 上一个</translation>
        </message>
        <message>
            <source>The scene before (Page Up)</source>
            <translation>上一个场景（Page Up）</translation>
        </message>
        <message>
            <source>Back to the scene</source>
            <translation>回到场景</translation>
        </message>
        <message>
            <source>As its file says it, whatever was typed and clicked since (Ctrl+Home)</source>
            <translation>恢复到文件写的样子，不论此后输入和点击了什么（Ctrl+Home）</translation>
        </message>
        <message>
            <source>Next ›</source>
            <translation>下一个 ›</translation>
        </message>
        <message>
            <source>The next scene (Page Down)</source>
            <translation>下一个场景（Page Down）</translation>
        </message>
        <message>
            <source>and {count} more</source>
            <translation>另有 {count} 处</translation>
        </message>
        <message>
            <source>layer {0}, head {1}</source>
            <translation>第 {0} 层第 {1} 头</translation>
        </message>
        <message>
            <source>token {0}</source>
            <translation>词元 {0}</translation>
        </message>
        <message>
            <source>query {0}, key {1}</source>
            <translation>查询 {0}、键 {1}</translation>
        </message>
        <message>
            <source>the panel {0}</source>
            <translation>面板 {0}</translation>
        </message>
        <message>
            <source>Marked: {things}.</source>
            <translation>标出：{things}。</translation>
        </message>
        <message>
            <source>Scene {number} of {count}</source>
            <translation>第 {number} 个场景，共 {count} 个</translation>
        </message>
        <message>
            <source>{file}, line {line}: {words}</source>
            <translation>{file} 第 {line} 行：{words}</translation>
        </message>
    </context>
    <context>
        <name>SessionActions</name>
        <message>
            <source>Open a sess&amp;ion …</source>
            <translation>打开会话(&amp;I)…</translation>
        </message>
        <message>
            <source>Recen&amp;t sessions</source>
            <translation>最近的会话(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Save the session</source>
            <translation>保存会话(&amp;S)</translation>
        </message>
        <message>
            <source>Save the session &amp;as …</source>
            <translation>会话另存为(&amp;A)…</translation>
        </message>
        <message>
            <source>Not saved</source>
            <translation>未保存</translation>
        </message>
        <message>
            <source>No text</source>
            <translation>没有文字</translation>
        </message>
        <message>
            <source>None yet</source>
            <translation>还没有</translation>
        </message>
    </context>
    <context>
        <name>Sessions</name>
        <message>
            <source>Save the session as</source>
            <translation>会话另存为</translation>
        </message>
        <message>
            <source>Open a session</source>
            <translation>打开会话</translation>
        </message>
        <message>
            <source>{file}[*] — Headlight</source>
            <translation>{file}[*] — Headlight</translation>
        </message>
        <message>
            <source>{file} (copy)[*] — Headlight</source>
            <translation>{file}（副本）[*] — Headlight</translation>
        </message>
        <message>
            <source>Headlight</source>
            <translation>Headlight</translation>
        </message>
        <message>
            <source>Sessions (*{ending})</source>
            <translation>会话 (*{ending})</translation>
        </message>
    </context>
    <context>
        <name>SideCell</name>
        <message>
            <source>Layer</source>
            <translation>层</translation>
        </message>
        <message>
            <source>Head</source>
            <translation>注意力头</translation>
        </message>
        <message>
            <source>The model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>再试一次</translation>
        </message>
        <message>
            <source>Which attention</source>
            <translation>哪种注意力</translation>
        </message>
        <message>
            <source>Encoder</source>
            <translation>编码器</translation>
        </message>
        <message>
            <source>Decoder</source>
            <translation>解码器</translation>
        </message>
        <message>
            <source>Cross</source>
            <translation>交叉</translation>
        </message>
        <message>
            <source>Content</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>Query</source>
            <translation>查询</translation>
        </message>
        <message>
            <source>L </source>
            <translation>层</translation>
        </message>
        <message>
            <source>layer </source>
            <translation>层 </translation>
        </message>
        <message>
            <source>H </source>
            <translation>头</translation>
        </message>
        <message>
            <source>head </source>
            <translation>头 </translation>
        </message>
        <message>
            <source>(none)</source>
            <translation>（不放）</translation>
        </message>
        <message>
            <source>Reading the model …</source>
            <translation>正在读取模型……</translation>
        </message>
        <message>
            <source>This model finds no token in the text.</source>
            <translation>这个模型在文本里找不到词元。</translation>
        </message>
        <message>
            <source>Layer {layer}, head {head}</source>
            <translation>第 {layer} 层，第 {head} 头</translation>
        </message>
        <message>
            <source>{count} tokens, as long as it reads</source>
            <translation>{count} 个词元，最多读这么长</translation>
        </message>
        <message>
            <source>one token</source>
            <translation>1 个词元</translation>
        </message>
        <message>
            <source>{count} tokens</source>
            <translation>{count} 个词元</translation>
        </message>
        <message>
            <source>{query} can't see {key}</source>
            <translation>{query} 看不到 {key}</translation>
        </message>
        <message>
            <source>Attention of {model}</source>
            <translation>{model} 的注意力</translation>
        </message>
    </context>
    <context>
        <name>WeightsPage</name>
        <message>
            <source>Matrix</source>
            <translation>矩阵</translation>
        </message>
        <message>
            <source>Its equation</source>
            <translation>它所在的公式</translation>
        </message>
        <message>
            <source>Singular values</source>
            <translation>奇异值</translation>
        </message>
        <message>
            <source>Weights</source>
            <translation>权重</translation>
        </message>
        <message>
            <source>The numbers of the matrix</source>
            <translation>矩阵中的数</translation>
        </message>
        <message>
            <source>Gradient</source>
            <translation>梯度</translation>
        </message>
        <message>
            <source>How fast the loss of this text rises with each number; the model runs once more, and back</source>
            <translation>这段文本的损失随每个数上升得多快；模型会再正向、反向各运行一次</translation>
        </message>
        <message>
            <source>Change</source>
            <translation>变化</translation>
        </message>
        <message>
            <source>What became of each number since the step that is compared with, or else since the first that is kept</source>
            <translation>自所比较的那一步、否则自保存的第一步以来，每个数变了多少</translation>
        </message>
        <message>
            <source>largest |x| per pixel</source>
            <translation>每像素取最大 |x|</translation>
        </message>
        <message>
            <source>{count} beyond colours</source>
            <translation>{count} 个超出颜色范围</translation>
        </message>
        <message>
            <source>Point at a number to read it; click, or move with the arrow keys, to hold it.</source>
            <translation>指向一个数以读出它；单击或用方向键移动以钉住它。</translation>
        </message>
        <message>
            <source>held: {number}</source>
            <translation>钉住：{number}</translation>
        </message>
    </context>
    <context>
        <name>WordsView</name>
        <message>
            <source>&amp;Copy</source>
            <translation>复制(&amp;C)</translation>
        </message>
        <message>
            <source>Select &amp;all</source>
            <translation>全选(&amp;A)</translation>
        </message>
    </context>
    <context>
        <name>beside</name>
        <message>
            <source>encoder and decoder</source>
            <translation>编码器与解码器</translation>
        </message>
        <message>
            <source>causal: looks back only</source>
            <translation>因果：只看前面</translation>
        </message>
        <message>
            <source>looks both ways</source>
            <translation>前后都看</translation>
        </message>
        <message>
            <source>a drawn order, two streams</source>
            <translation>随机次序，双流</translation>
        </message>
        <message>
            <source>looks both ways, two streams</source>
            <translation>前后都看，双流</translation>
        </message>
        <message>
            <source>The predictions are no numbers.</source>
            <translation>预测值不是数。</translation>
        </message>
        <message>
            <source>It predicts no token.</source>
            <translation>它不预测词元。</translation>
        </message>
        <message>
            <source>In the span:</source>
            <translation>空缺处：</translation>
        </message>
        <message>
            <source>Next:</source>
            <translation>下一个：</translation>
        </message>
        <message>
            <source>After “{token}”:</source>
            <translation>“{token}”之后：</translation>
        </message>
        <message>
            <source>Behind the mask:</source>
            <translation>掩码后：</translation>
        </message>
        <message>
            <source>“{token}”, read last:</source>
            <translation>最后才读的“{token}”：</translation>
        </message>
        <message>
            <source>In place of “{token}”:</source>
            <translation>“{token}”的位置：</translation>
        </message>
    </context>
    <context>
        <name>matrix</name>
        <message>
            <source>weight</source>
            <translation>权重</translation>
        </message>
        <message>
            <source>score</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>bias</source>
            <translation>偏置</translation>
        </message>
        <message>
            <source>content</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>position</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>segment</source>
            <translation>句段</translation>
        </message>
        <message>
            <source>difference</source>
            <translation>差值</translation>
        </message>
        <message>
            <source>gradient</source>
            <translation>梯度</translation>
        </message>
        <message>
            <source>“{query}” ({i}) can't see “{key}” ({j}): masked</source>
            <translation>“{query}”（{i}）看不到“{key}”（{j}）：被掩蔽</translation>
        </message>
        <message>
            <source>“{query}” ({i}) and “{key}” ({j}): left out; score {score}</source>
            <translation>“{query}”（{i}）与“{key}”（{j}）：已略去；分数 {score}</translation>
        </message>
        <message>
            <source>“{query}” ({i}) looks at “{key}” ({j}): weight {weight}, score {score}</source>
            <translation>“{query}”（{i}）看“{key}”（{j}）：权重 {weight}，分数 {score}</translation>
        </message>
        <message>
            <source>gradient {slope}: what one more of this weight would add to the loss, {loss} nats</source>
            <translation>梯度 {slope}：该权重每增加 1，损失（{loss} 纳特）的变化</translation>
        </message>
        <message>
            <source>weight there {other}, difference {gap}</source>
            <translation>对照权重 {other}，差值 {gap}</translation>
        </message>
        <message>
            <source>Layer {layer}, head {head}: {queries} queries, {keys} keys</source>
            <translation>第 {layer} 层，第 {head} 个头：{queries} 个查询，{keys} 个键</translation>
        </message>
        <message>
            <source>{picture}; the largest weight: “{query}” ({i}) looks at “{key}” ({j}), {weight}.</source>
            <translation>{picture}；最大权重：“{query}”（{i}）看“{key}”（{j}），{weight}。</translation>
        </message>
    </context>
    <context>
        <name>weights</name>
        <message>
            <source>σ {high} … {low}</source>
            <translation>σ {high} … {low}</translation>
        </message>
        <message>
            <source>W_Q: queries of the head</source>
            <translation>W_Q：头的查询</translation>
        </message>
        <message>
            <source>W_K: keys of the head</source>
            <translation>W_K：头的键</translation>
        </message>
        <message>
            <source>W_V: values of the head</source>
            <translation>W_V：头的值</translation>
        </message>
        <message>
            <source>W_R: distances of the head</source>
            <translation>W_R：头的距离</translation>
        </message>
        <message>
            <source>W_O: what the head writes</source>
            <translation>W_O：头写入的内容</translation>
        </message>
        <message>
            <source>W_1: feed-forward, in</source>
            <translation>W_1：前馈，入</translation>
        </message>
        <message>
            <source>W_G: feed-forward, gate</source>
            <translation>W_G：前馈，门</translation>
        </message>
        <message>
            <source>W_2: feed-forward, out</source>
            <translation>W_2：前馈，出</translation>
        </message>
        <message>
            <source>γ: gains of the norms</source>
            <translation>γ：归一化的增益</translation>
        </message>
        <message>
            <source>γ: gains of query and key</source>
            <translation>γ：查询和键的增益</translation>
        </message>
        <message>
            <source>E: rows of the tokens</source>
            <translation>E：各词元的行</translation>
        </message>
        <message>
            <source>Vaswani et al. 2017, section 3.2.2</source>
            <translation>Vaswani 等 2017，3.2.2 节</translation>
        </message>
        <message>
            <source>Vaswani et al. 2017, section 3.3</source>
            <translation>Vaswani 等 2017，3.3 节</translation>
        </message>
        <message>
            <source>Ba et al. 2016; by the root mean square: Zhang and Sennrich 2019</source>
            <translation>Ba 等 2016；按均方根：Zhang 与 Sennrich 2019</translation>
        </message>
        <message>
            <source>The head's columns of W_Q: they make what a token looks for.</source>
            <translation>W_Q 中属于这个头的列：由它们得到词元要找的东西。</translation>
        </message>
        <message>
            <source>The head's columns of W_K: they make what a token is found by.</source>
            <translation>W_K 中属于这个头的列：由它们得到词元被找到的依据。</translation>
        </message>
        <message>
            <source>The head's columns of W_V: they make what is read of a token.</source>
            <translation>W_V 中属于这个头的列：由它们得到从词元读出的内容。</translation>
        </message>
        <message>
            <source>The head's columns of W_R: they make keys of distances.</source>
            <translation>W_R 中属于这个头的列：由它们得到距离的键。</translation>
        </message>
        <message>
            <source>Dai et al. 2019, section 3.3</source>
            <translation>Dai 等 2019，3.3 节</translation>
        </message>
        <message>
            <source>The head's rows of W_O: they carry what it read to the stream.</source>
            <translation>W_O 中属于这个头的行：把它读到的内容送入残差流。</translation>
        </message>
        <message>
            <source>From the stream to the units of the feed-forward sublayer.</source>
            <translation>从残差流到前馈子层的单元。</translation>
        </message>
        <message>
            <source>What opens and closes each unit.</source>
            <translation>决定每个单元开合的矩阵。</translation>
        </message>
        <message>
            <source>Shazeer 2020</source>
            <translation>Shazeer 2020</translation>
        </message>
        <message>
            <source>From the units back to the stream.</source>
            <translation>从单元回到残差流。</translation>
        </message>
        <message>
            <source>What each dimension is multiplied by after a norm.</source>
            <translation>归一化之后每一维所乘的数。</translation>
        </message>
        <message>
            <source>What each dimension of queries and keys is multiplied by after their norm.</source>
            <translation>查询和键归一化之后每一维所乘的数。</translation>
        </message>
        <message>
            <source>The row of each token of the text, with which it enters the stream.</source>
            <translation>文本中每个词元的行，它以此进入残差流。</translation>
        </message>
        <message>
            <source>Vaswani et al. 2017, section 3.4</source>
            <translation>Vaswani 等 2017，3.4 节</translation>
        </message>
        <message>
            <source>{what} {source}. Key: {key}</source>
            <translation>{what}{source}。按键：{key}</translation>
        </message>
        <message>
            <source>attention</source>
            <translation>注意力</translation>
        </message>
        <message>
            <source>attention, written</source>
            <translation>注意力，写入时</translation>
        </message>
        <message>
            <source>cross-attention</source>
            <translation>交叉注意力</translation>
        </message>
        <message>
            <source>feed-forward</source>
            <translation>前馈</translation>
        </message>
        <message>
            <source>feed-forward, written</source>
            <translation>前馈，写入时</translation>
        </message>
        <message>
            <source>query</source>
            <translation>查询</translation>
        </message>
        <message>
            <source>key</source>
            <translation>键</translation>
        </message>
        <message>
            <source>dimension of the stream</source>
            <translation>残差流的维</translation>
        </message>
        <message>
            <source>unit of the feed-forward</source>
            <translation>前馈的单元</translation>
        </message>
        <message>
            <source>dimension of the head</source>
            <translation>头的维</translation>
        </message>
        <message>
            <source>{name} of {count} tokens: {rows} × {columns}</source>
            <translation>{count} 个词元的 {name}：{rows} × {columns}</translation>
        </message>
        <message>
            <source>{name} of layer {layer}, heads {first} to {last}: {rows} × {columns}</source>
            <translation>第 {layer} 层第 {first} 至 {last} 头的 {name}：{rows} × {columns}</translation>
        </message>
        <message>
            <source>{name} of layer {layer}, head {head}: {rows} × {columns}</source>
            <translation>第 {layer} 层第 {head} 头的 {name}：{rows} × {columns}</translation>
        </message>
        <message>
            <source>{name} of layer {layer}: {rows} × {columns}</source>
            <translation>第 {layer} 层的 {name}：{rows} × {columns}</translation>
        </message>
        <message>
            <source>of the likeliest label</source>
            <translation>最可能的标签</translation>
        </message>
        <message>
            <source>of each next token</source>
            <translation>每个下一词元</translation>
        </message>
        <message>
            <source>of the tokens behind the mask</source>
            <translation>掩码后的词元</translation>
        </message>
        <message>
            <source>of the likeliest token at the position on screen</source>
            <translation>屏幕所示位置上最可能的词元</translation>
        </message>
        <message>
            <source>How fast the loss {of}, {loss} nats, rises with each number</source>
            <translation>损失（{of}，{loss} 纳特）随每个数上升得多快</translation>
        </message>
        <message>
            <source>These less those of step {since}</source>
            <translation>减去第 {since} 步的权重</translation>
        </message>
        <message>
            <source>Step {step} less step {since}</source>
            <translation>第 {step} 步减第 {since} 步</translation>
        </message>
        <message>
            <source>The same rows make the logits</source>
            <translation>logit 也由这些行得到</translation>
        </message>
        <message>
            <source>norm {norm}, mean {mean}, sd {deviation}, from {low} to {high}</source>
            <translation>范数 {norm}，均值 {mean}，标准差 {deviation}，从 {low} 到 {high}</translation>
        </message>
        <message>
            <source>largest at [{row}, {column}]</source>
            <translation>最大在 [{row}, {column}]</translation>
        </message>
        <message>
            <source>{count} are no numbers</source>
            <translation>{count} 个不是数</translation>
        </message>
        <message>
            <source>{name}: {count} singular values from {high} to {low}</source>
            <translation>{name}：{count} 个奇异值，从 {high} 到 {low}</translation>
        </message>
    </context>
    <context>
        <name>CutButton</name>
        <message>
            <source>99 %</source>
            <translation>99 %</translation>
        </message>
        <message>
            <source>Colours end where about 99 % of all values lie within; what is beyond has the colour of the end. If this is up, they reach to the largest value there is.</source>
            <translation>颜色止于约 99 % 的值所在的范围；超出者用端点的颜色。弹起此按钮，则颜色延伸到最大的值。</translation>
        </message>
    </context>
    <context>
        <name>ModelActions</name>
        <message>
            <source>&amp;Open model folder …</source>
            <translation>打开模型文件夹(&amp;O)…</translation>
        </message>
        <message>
            <source>Open from the &amp;hub …</source>
            <translation>从模型库打开(&amp;H)…</translation>
        </message>
        <message>
            <source>&amp;Models</source>
            <translation>模型(&amp;M)</translation>
        </message>
        <message>
            <source>Bundled</source>
            <translation>自带</translation>
        </message>
        <message>
            <source>Recent</source>
            <translation>最近</translation>
        </message>
        <message>
            <source>Downloaded from the hub</source>
            <translation>已从模型库下载</translation>
        </message>
    </context>
    <context>
        <name>HelpActions</name>
        <message>
            <source>Hel&amp;p</source>
            <translation>帮助(&amp;P)</translation>
        </message>
        <message>
            <source>&amp;Keys</source>
            <translation>快捷键(&amp;K)</translation>
        </message>
        <message>
            <source>&amp;What am I looking at?</source>
            <translation>这里画的是什么？(&amp;W)</translation>
        </message>
        <message>
            <source>Show the first &amp;hint</source>
            <translation>显示最初的提示(&amp;H)</translation>
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
        <name>language</name>
        <message>
            <source>; </source>
            <translation>；</translation>
        </message>
    </context>
    <context>
        <name>ConfusionTable</name>
        <message>
            <source>Labels of the held-out texts, and what was said</source>
            <translation>留出文本的标签，以及模型的判断</translation>
        </message>
        <message>
            <source>{label}: {said}</source>
            <translation>{label}：{said}</translation>
        </message>
        <message>
            <source>{count} said to be {label}</source>
            <translation>{count} 篇判为 {label}</translation>
        </message>
        <message>
            <source>Held out: is</source>
            <translation>留出：实为</translation>
        </message>
        <message>
            <source>said: {label}</source>
            <translation>判为：{label}</translation>
        </message>
    </context>
</TS>
